/** The products that a connector under test delivers to: strict fakes that break on request. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { READER_ID, WRITER_ID } from "../sink/sentinel/subject.ts";
import { startReceiver } from "../sink/syslog/receiver.ts";
import { genericReceiver, SIGNING_SECRET } from "../sink/webhook/open.ts";
import { selfSigned } from "../wire/certificate.ts";
import {
  carriesData,
  DCR,
  type FakePrincipal,
  startFakeAzure,
  TENANT,
} from "../wire/fake-azure.ts";
import { SETUP, startFakeElasticsearch, WRITER } from "../wire/fake-elasticsearch.ts";
import { type FakeRequest, type FakeServer, startFakeServer } from "../wire/fake-server.ts";
import { type FakeSplunk, startFakeSplunk } from "../wire/fake-splunk.ts";
import type { WireFault } from "../wire/fault.ts";
import type { Account, Held } from "./oracle.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Something that goes wrong at a product until it is healed. */
export interface Misfortune {
  readonly name: string;
  readonly happen: () => void | Promise<void>;
}

export interface Product {
  readonly name: string;
  /** Its item under `sinks:`. */
  readonly settings: Fields;
  readonly held: () => readonly Held[];
  readonly account: () => Account;
  /** Faults of the wire, where it can have them. */
  readonly inject?: (fault: WireFault, times?: number) => Promise<void>;
  readonly misfortunes: readonly Misfortune[];
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Where a product is set up. */
export interface Site {
  readonly folder: string;
  /** Secrets by the name of their variable; a test may change them while the connector runs. */
  readonly environment: Record<string, string>;
}

/** Quick, so that minutes of waiting become milliseconds. */
export const briskly = {
  batch_age: "5ms",
  backoff: "10ms",
  backoff_max: "40ms",
  hold_probe: "100ms",
} as const;

/** An event that carries its place in the chain beside its own fields. */
function heldOf({ chain_seq, chain_hash, ...event }: Fields): Held {
  const event_id = String(event["event_id"]);
  return { event_id, event, seq: Number(chain_seq), hash: String(chain_hash) };
}

function wireMisfortunes(
  inject: (fault: WireFault, times?: number) => Promise<void>,
): readonly Misfortune[] {
  const faults: readonly WireFault[] = [
    { kind: "refused" },
    { kind: "reset-unread" },
    { kind: "reset-stored" },
    { kind: "reset-mid-answer" },
    { kind: "hang-stored" },
    { kind: "page" },
    { kind: "truncated" },
    { kind: "flood" },
    { kind: "redirect" },
    { kind: "status", status: 401 },
    { kind: "status", status: 413 },
    { kind: "status", status: 429, retryAfter: "0" },
    { kind: "status", status: 503 },
  ];
  return faults.map((fault) => ({
    name: JSON.stringify(fault),
    happen: () => inject(fault),
  }));
}

/** A cluster that is set up, with a key that may only write. */
export async function elastic({
  environment,
}: Site): Promise<Product & { readonly fake: Awaited<ReturnType<typeof startFakeElasticsearch>> }> {
  const fake = await startFakeElasticsearch();
  const key = "d3JpdGVyOndyaXRlci1zZWNyZXQ=";
  fake.grant(`ApiKey ${key}`, WRITER);
  fake.grant("ApiKey setup", SETUP);
  environment["ELASTIC_KEY"] = key;
  environment["ELASTIC_SETUP_KEY"] = "setup";
  const isBulk = ({ path }: FakeRequest): boolean => path.endsWith("_bulk");
  const inject = (fault: WireFault, times?: number) => fake.inject(fault, isBulk, times);
  const arrivals = new Map<string, Held>();
  /** The cluster keeps no order over its streams, so what is new since the last look comes last. */
  const held = (): readonly Held[] => {
    for (const stream of fake.streams())
      for (const document of fake.documents(stream)) {
        const { original, sequence, hash } = document["event"] as Fields;
        const event = JSON.parse(String(original)) as Fields;
        const event_id = String(event["event_id"]);
        const key = `${event_id} ${String(sequence)}`;
        if (!arrivals.has(key))
          arrivals.set(key, { event_id, event, seq: Number(sequence), hash: String(hash) });
      }
    return [...arrivals.values()];
  };
  return {
    name: "elastic",
    fake,
    settings: {
      name: "elastic",
      kind: "elasticsearch",
      nodes: [fake.url],
      allow_plain_http: true,
      api_key: { env: "ELASTIC_KEY" },
      setup_api_key: { env: "ELASTIC_SETUP_KEY" },
      timeout: "250ms",
      delivery: briskly,
    },
    held,
    account: () => ({ name: "elastic", held: held() }),
    inject,
    misfortunes: [
      ...wireMisfortunes(inject),
      { name: "read-only", happen: () => fake.setReadOnly(true) },
      {
        name: "items rejected",
        happen: () => {
          let turn = 0;
          fake.breakItems(() => (turn++ % 3 === 0 ? "rejected" : undefined));
        },
      },
      {
        name: "documents refused for good",
        happen: () => {
          let turn = 0;
          fake.breakItems(() => (turn++ % 4 === 0 ? "mapping" : undefined));
        },
      },
      { name: "answers too short", happen: () => fake.breakAnswers("short") },
      { name: "answers swapped", happen: () => fake.breakAnswers("swapped") },
      { name: "key revoked", happen: () => fake.revoke(`ApiKey ${key}`) },
      { name: "small bodies only", happen: () => fake.limitBody(3000) },
    ],
    heal: async () => {
      await fake.heal();
      fake.setReadOnly(false);
      fake.breakItems(undefined);
      fake.breakAnswers(undefined);
      fake.grant(`ApiKey ${key}`, WRITER);
      fake.limitBody(104_857_600);
    },
    close: () => fake.close(),
  };
}

/** Splunk with indexer acknowledgement, so that what is called delivered was written. */
export async function splunk(
  { environment }: Site,
  name = "splunk",
  more: Fields = {},
): Promise<Product & { readonly fake: FakeSplunk }> {
  const token = "11111111-2222-3333-4444-555555555555";
  const tokens = [{ value: token, indexes: ["main"], acknowledges: true }];
  const fake = await startFakeSplunk({ tokens });
  environment["HEC_TOKEN"] = token;
  const { server } = fake;
  const inject = (fault: WireFault, times?: number) => server.inject(fault, () => true, times);
  const held = (): readonly Held[] => fake.stored.map(({ event }) => heldOf(event as Fields));
  return {
    name,
    fake,
    settings: {
      name,
      kind: "splunk",
      urls: [server.url],
      allow_plain_http: true,
      token: { env: "HEC_TOKEN" },
      transport: "undici",
      acknowledgement: "required",
      acknowledgement_timeout: "1s",
      acknowledgement_poll: "20ms",
      timeout: "250ms",
      delivery: briskly,
      ...more,
    },
    held,
    account: () => ({ name, held: held() }),
    inject,
    misfortunes: [
      ...wireMisfortunes(inject),
      ...[1, 4, 7, 9, 23, 26].map((code) => ({
        name: `code ${code}`,
        happen: () => {
          fake.forced.push(code, code);
        },
      })),
      { name: "restart that loses", happen: () => fake.restart(true) },
      {
        name: "acknowledgement never comes",
        happen: () => {
          fake.pollsUntilTrue = Number.POSITIVE_INFINITY;
        },
      },
      {
        name: "no acknowledgement id",
        happen: () => {
          fake.omitsAckId = true;
        },
      },
    ],
    heal: async () => {
      await server.heal();
      fake.forced.splice(0);
      fake.pollsUntilTrue = 0;
      fake.omitsAckId = false;
    },
    close: () => server.close(),
  };
}

/** Azure: token endpoint, ingestion, a table. */
export async function sentinel({
  folder,
  environment,
}: Site): Promise<Product & { readonly writer: FakePrincipal }> {
  const tls = selfSigned();
  const caFile = join(folder, "azure-ca.pem");
  writeFileSync(caFile, tls.cert);
  const common = { mayWrite: true, mayRead: false };
  const writer: FakePrincipal = { clientId: WRITER_ID, secret: "writer-secret-~8Q", ...common };
  const reader: FakePrincipal = { clientId: READER_ID, secret: "reader-secret-~9Q", ...common };
  const azure = await startFakeAzure({ tls, principals: [writer, reader] });
  environment["AZURE_SECRET"] = "writer-secret-~8Q";
  const inject = (fault: WireFault, times?: number) =>
    azure.server.inject(fault, carriesData, times);
  const held = (): readonly Held[] =>
    azure.workspace.rows.map((row) => {
      const event = JSON.parse(String(row["RawEvent"])) as Fields;
      const { ChainSeq: seq, EventHash: hash, EventId: event_id } = row;
      return { event_id: String(event_id), event, seq: Number(seq), hash: String(hash) };
    });
  return {
    name: "sentinel",
    writer,
    settings: {
      name: "sentinel",
      kind: "sentinel",
      endpoint: azure.url,
      authority_host: azure.url,
      ca_file: caFile,
      dcr: DCR,
      tenant_id: TENANT,
      client_id: WRITER_ID,
      client_secret: { env: "AZURE_SECRET" },
      timeout: "1s",
      delivery: briskly,
    },
    held,
    account: () => ({ name: "sentinel", held: held() }),
    inject,
    misfortunes: [
      ...wireMisfortunes(inject),
      { name: "tokens expired", happen: () => azure.expireTokens() },
      { name: "tokens revoked", happen: () => azure.revokeTokens() },
      {
        name: "token endpoint down",
        happen: () => azure.breakTokens({ status: 503, body: "busy" }),
      },
      {
        name: "role taken away",
        happen: () => {
          writer.mayWrite = false;
        },
      },
    ],
    heal: async () => {
      await azure.server.heal();
      azure.breakTokens();
      writer.mayWrite = true;
    },
    close: () => azure.close(),
  };
}

/** A receiver of signed webhooks that verifies with the reference library. */
export async function webhook(
  { environment }: Site,
  more: Fields = {},
): Promise<Product & { readonly server: FakeServer; onTaken: () => void }> {
  const verify = genericReceiver([]);
  const taken: Held[] = [];
  const server = await startFakeServer(async (request) => {
    const answer = await verify(request);
    if (answer.status !== 200) return answer;
    const { data } = JSON.parse(request.body.toString()) as { data: Fields | readonly Fields[] };
    taken.push(...[data].flat().map((event) => heldOf(event as Fields)));
    product.onTaken();
    return answer;
  });
  environment["WEBHOOK_SECRET"] = SIGNING_SECRET;
  // Any 2xx is how such a receiver says that it has the event: an empty one that has not would be a lie.
  const inject = async (fault: WireFault, times?: number): Promise<void> => {
    if (fault.kind !== "empty") await server.inject(fault, () => true, times);
  };
  const product = {
    name: "webhook",
    server,
    /** Called when events were taken and before that is answered. */
    onTaken: (): void => {},
    settings: {
      name: "webhook",
      kind: "webhook",
      url: `${server.url}/hook`,
      allow_plain_http: true,
      signing_secret: { env: "WEBHOOK_SECRET" },
      batch: 50,
      timeout: "250ms",
      delivery: briskly,
      ...more,
    },
    held: (): readonly Held[] => taken,
    account: (): Account => ({ name: "webhook", held: taken }),
    inject,
    misfortunes: wireMisfortunes(inject),
    heal: server.heal,
    close: server.close,
  };
  return product;
}

/** A syslog receiver over TCP. */
export async function syslog(_: Site): Promise<Product> {
  const receiver = await startReceiver();
  const held = (): readonly Held[] =>
    receiver.messages.map(({ text }) => heldOf(JSON.parse(text) as Fields));
  const kinds = ["refused", "reset-unread", "reset-stored", "idle-close"] as const;
  return {
    name: "syslog",
    settings: {
      name: "syslog",
      kind: "syslog",
      host: "127.0.0.1",
      port: receiver.port,
      transport: "tcp",
      message_size_max: "1MiB",
      settle: "40ms",
      // What it sends again after each break must not become most of what a test does.
      resend_records: 50,
      delivery: briskly,
    },
    held,
    account: () => ({ name: "syslog", held: held() }),
    misfortunes: kinds.map((kind) => ({ name: kind, happen: () => receiver.inject(kind) })),
    heal: receiver.heal,
    close: receiver.close,
  };
}

/** Whole lines of files that the sink kind `file` has written. */
export function archived(folder: string): readonly Held[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
  return names.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);
    return lines.map((line) => heldOf(JSON.parse(line) as Fields));
  });
}

/** Files in a folder. */
export async function archive({ folder }: Site): Promise<Product> {
  const to = join(folder, "archive");
  mkdirSync(to, { recursive: true });
  const held = (): readonly Held[] => archived(to);
  return {
    name: "archive",
    settings: {
      name: "archive",
      kind: "file",
      folder: to,
      rotate_size: "64KiB",
      delivery: briskly,
    },
    held,
    account: () => ({ name: "archive", held: held() }),
    misfortunes: [],
    heal: async () => {},
    close: async () => {},
  };
}

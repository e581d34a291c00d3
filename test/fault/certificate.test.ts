import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Authority, createAuthority } from "../wire/authority.ts";
import {
  type FakeElasticsearch,
  startFakeElasticsearch,
  WRITER,
} from "../wire/fake-elasticsearch.ts";
import { type FakeSplunk, startFakeSplunk } from "../wire/fake-splunk.ts";
import { fault } from "./cases.ts";
import { Ground, pause } from "./ground.ts";
import { briskly, type Product } from "./product.ts";

const trusted = createAuthority();
const other = createAuthority();
const KEY = "d3JpdGVyOndyaXRlci1zZWNyZXQ=";
const TOKEN = "11111111-2222-3333-4444-555555555555";

afterAll(() => {
  trusted.close();
  other.close();
});

let ground: Ground;
let cluster: FakeElasticsearch;
let collector: FakeSplunk;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.close());

const noProduct: Omit<Product, "name" | "settings" | "close"> = {
  held: () => [],
  account: () => ({ name: "none", held: [] }),
  misfortunes: [],
  heal: async () => {},
};

/** A cluster and a collector behind a certificate, and sinks that trust an authority. */
async function start(authority: Authority, names: string, days: number): Promise<void> {
  const tls = authority.issue({ names, days });
  cluster = await startFakeElasticsearch({ tls });
  cluster.grant(`ApiKey ${KEY}`, WRITER);
  collector = await startFakeSplunk({ tls, tokens: [{ value: TOKEN, indexes: ["main"] }] });
  Object.assign(ground.environment, { ELASTIC_KEY: KEY, HEC_TOKEN: TOKEN });
  const ca_file = join(ground.folder, "ca.pem");
  writeFileSync(ca_file, trusted.cert);
  const common = { ca_file, timeout: "250ms", delivery: briskly };
  const elastic = { kind: "elasticsearch", nodes: [cluster.url], api_key: { env: "ELASTIC_KEY" } };
  const splunk = { kind: "splunk", urls: [collector.server.url], token: { env: "HEC_TOKEN" } };
  ground.products = [
    {
      ...{ ...noProduct, name: "elastic", close: cluster.close },
      settings: { name: "elastic", ...elastic, ...common },
    },
    {
      ...{ ...noProduct, name: "splunk", close: collector.server.close },
      settings: { name: "splunk", ...splunk, ...common },
    },
  ];
  await ground.start();
  await ground.append(10);
}

async function expectHeld(): Promise<void> {
  const sinks = () => ground.connector.status().sinks;
  for (let tries = 0; tries < 400 && sinks().some(({ state }) => state !== "held"); tries += 1)
    await pause(5);
  for (const { state, counts, lastError } of sinks()) {
    expect(state).toBe("held");
    expect(counts).toMatchObject({ delivered: 0, quarantined: 0 });
    expect(lastError?.reason).toMatch(/certificate/);
    expect(lastError?.instruction ?? "").not.toBe("");
  }
  // Not a byte of a request came through: neither events nor secrets.
  expect(cluster.requests).toEqual([]);
  expect(collector.server.requests).toEqual([]);
}

describe(fault(9), () => {
  it.each([
    ["has expired", trusted, "IP:127.0.0.1", -1],
    ["is of another host", trusted, "DNS:siem.example.com", 1],
    ["is of an authority that is not trusted", other, "IP:127.0.0.1", 1],
  ] as const)("%s: everything is held and nothing is sent", async (_, authority, names, days) => {
    await start(authority, names, days);
    await expectHeld();
  });
});

describe(fault(10), () => {
  it("is held until the new authority's file is there, then goes on without a restart", async () => {
    await start(other, "IP:127.0.0.1", 1);
    await expectHeld();
    writeFileSync(join(ground.folder, "ca.pem"), `${trusted.cert}${other.cert}`);
    for (let tries = 0; tries < 800 && collector.stored.length < 10; tries += 1) await pause(5);
    expect(new Set(collector.eventIds())).toEqual(new Set(ground.offered.keys()));
    // The cluster was never set up: it is reached and says so.
    const reason = () => ground.connector.status().sinks[0]?.lastError?.reason ?? "";
    for (let tries = 0; tries < 400 && /certificate/.test(reason()); tries += 1) await pause(5);
    expect(reason()).toMatch(/auto_create|index|stream/);
  });
});

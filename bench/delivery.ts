/**
 * How fast events leave: from the journal through the pump and the client of each product to a receiver
 * in another process; and what the whole connector costs at a steady thousand events a second.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Connector } from "../src/connector/connector.ts";
import { type ConfigurationItem, createConnector } from "../src/connector/create-connector.ts";
import { DCR, TENANT } from "../test/wire/fake-azure.ts";
import { makeCorpus } from "./corpus.ts";

const EVENTS = 60_000;
const LEAST_PER_SECOND = 10_000;
const STEADY_PER_SECOND = 1000;
const STEADY_SECONDS = 10;
/** A connector runs for months: its first seconds, when code is compiled, do not count. */
const WARM_UP_SECONDS = 5;
const STEADY_BATCHES_PER_SECOND = 50;
const CPU_SHARE_MOST = 0.15;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function say(name: string, figure: string, bound = ""): void {
  process.stdout.write(`${name.padEnd(52)} ${figure}${bound === "" ? "" : `  ${bound}`}\n`);
}

function judge(isMet: boolean, bound: string): string {
  if (!isMet) process.exitCode = 1;
  return `${bound}: ${isMet ? "ok" : "MISSED"}`;
}

function eventsOf(count: number): readonly unknown[] {
  const { bytes, starts, ends } = makeCorpus(count);
  return starts.map((start, at) => JSON.parse(bytes.toString("utf8", start, ends[at])));
}

type Ports = Readonly<Record<"elasticsearch" | "splunk" | "webhook" | "syslog", number>>;

/** What the process of the receivers tells when it is ready. */
export interface Receivers {
  readonly ports: Ports;
  readonly azure: { readonly url: string; readonly certificate: string };
}

async function startReceivers(): Promise<Receivers & { readonly child: ChildProcess }> {
  const child = fork(join(import.meta.dirname, "receiver.ts"), { stdio: "inherit" });
  const receivers = await new Promise<Receivers>((resolve, reject) => {
    child.once("message", (message) => resolve(message as Receivers));
    child.once("exit", (code) => reject(new Error(`the receivers ended with ${code}`)));
  });
  return { ...receivers, child };
}

function sinksOf({ ports, azure }: Receivers, folder: string): readonly ConfigurationItem[] {
  const caFile = join(folder, "azure.pem");
  mkdirSync(folder, { recursive: true });
  writeFileSync(caFile, azure.certificate);
  const here = (name: keyof Ports): string => `http://127.0.0.1:${ports[name]}`;
  const token = { token: { env: "BENCH_SECRET" } };
  const splunk = {
    kind: "splunk",
    urls: [here("splunk")],
    allow_plain_http: true,
    ...token,
  };
  return [
    {
      name: "elasticsearch",
      kind: "elasticsearch",
      nodes: [here("elasticsearch")],
      api_key: { env: "BENCH_SECRET" },
      allow_plain_http: true,
    },
    {
      name: "sentinel",
      kind: "sentinel",
      endpoint: azure.url,
      authority_host: azure.url,
      ca_file: caFile,
      dcr: DCR,
      stream: "Custom-ClaudeAudit",
      tenant_id: TENANT,
      client_id: "aaaaaaaa-0000-4000-8000-000000000001",
      client_secret: { env: "BENCH_SECRET" },
    },
    { name: "splunk-logging", ...splunk, transport: "splunk-logging" },
    { name: "splunk-undici", ...splunk, transport: "undici" },
    { name: "syslog", kind: "syslog", host: "127.0.0.1", port: ports.syslog, transport: "tcp" },
    {
      name: "webhook-by-100",
      kind: "webhook",
      template: "generic",
      url: here("webhook"),
      allow_plain_http: true,
      allow_private: true,
      batch: 100,
      signing_secret: { env: "BENCH_SIGNING" },
    },
    { name: "file", kind: "file", folder: join(folder, "out") },
  ];
}

const environment = {
  BENCH_SECRET: "bench",
  BENCH_SIGNING: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  BENCH_KEY: randomBytes(32).toString("hex"),
};

function open(folder: string, sinks: readonly ConfigurationItem[]): Promise<Connector> {
  return createConnector(
    {
      version: 1,
      data_dir: folder,
      pseudonym: { key: { env: "BENCH_KEY" } },
      sinks,
      server: { enabled: false },
    },
    { log: silent, environment },
  );
}

interface Cost {
  readonly perSecond: number;
  readonly cpuPerMillion: number;
}

/** Fills a journal, then lets one sink catch up with it. */
async function catchUp(
  item: ConfigurationItem,
  folder: string,
  events: readonly unknown[],
): Promise<Cost> {
  const filler = await open(folder, [
    { name: "filler", kind: "file", folder: join(folder, "fill") },
  ]);
  for (let at = 0; at < events.length; at += 1000)
    await filler.appendBatch(events.slice(at, at + 1000));
  await filler.stop(0);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const connector = await open(folder, [item]);
  await connector.caughtUp();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const [status] = connector.status().sinks;
  if (status?.counts.delivered !== events.length)
    throw new Error(`${item.name}: ${JSON.stringify(status)}`);
  await connector.stop(0);
  return {
    perSecond: events.length / seconds,
    cpuPerMillion: (user + system) / 1e6 / (events.length / 1e6),
  };
}

/** Appends events at an even rate; resolves when all are durable. */
async function pour(
  connector: Connector,
  events: readonly unknown[],
  seconds: number,
): Promise<void> {
  const total = STEADY_PER_SECOND * seconds;
  const pending: Promise<unknown>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(
      total,
      Math.floor((performance.now() - begun) * (STEADY_PER_SECOND / 1000)),
    );
    const batch = Array.from(
      { length: due - sent },
      (_, at) => events[(sent + at) % events.length],
    );
    pending.push(connector.appendBatch(batch));
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, 1000 / STEADY_BATCHES_PER_SECOND));
  }
  await Promise.all(pending);
}

/** What a connector with these sinks costs at a steady rate, as a share of one core. */
async function steadyShare(
  sinks: readonly ConfigurationItem[],
  folder: string,
  events: readonly unknown[],
): Promise<number> {
  const connector = await open(folder, sinks);
  await pour(connector, events, WARM_UP_SECONDS);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await pour(connector, events, STEADY_SECONDS);
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - begun);
  await connector.caughtUp();
  await connector.stop(0);
  return share;
}

/** The cost with one SIEM, and with an archive beside it; both are held to the bound. */
async function benchSteady(
  folder: string,
  receivers: Receivers,
  events: readonly unknown[],
): Promise<void> {
  for (const names of [["elasticsearch"], ["elasticsearch", "file"]]) {
    const sinks = sinksOf(receivers, folder).filter(({ name }) => names.includes(name));
    const share = await steadyShare(sinks, join(folder, names.join("-")), events);
    say(
      `1,000 events/s in 50 batches, into ${names.join(" and ")}`,
      `${(share * 100).toFixed(1)} % of a core`,
      judge(share < CPU_SHARE_MOST, "below 15 %"),
    );
  }
}

/** Prints the figures of delivery; sets the exit code when a bound is not met. */
export async function benchDelivery(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-bench-"));
  const { child, ...receivers } = await startReceivers();
  try {
    process.stdout.write("\nDelivery: journal, pump, client, receiver in another process\n\n");
    await benchSteady(join(folder, "steady"), receivers, eventsOf(5000));
    const events = eventsOf(EVENTS);
    for (const item of sinksOf(receivers, folder)) {
      const { perSecond, cpuPerMillion } = await catchUp(item, join(folder, item.name), events);
      say(
        item.name,
        `${(perSecond / 1000).toFixed(1).padStart(6)}k events/s, ${cpuPerMillion.toFixed(0).padStart(3)} s of CPU per million`,
        judge(perSecond >= LEAST_PER_SECOND, "at least 10k"),
      );
    }
  } finally {
    child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

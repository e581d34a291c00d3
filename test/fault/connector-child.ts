/**
 * A connector in a process of its own, to be killed. It loads only the kinds it needs, because it is
 * started some hundred times.
 *
 * Prints `ready ADDRESS` when its http source listens. Lines on stdin: `catch` prints `caught` when
 * everything is delivered; `finish` does the same, then prints `finished` and ends; `exhaust` fills its memory; `stall MS` blocks it. SIGTERM stops it
 * within GRACE_MS milliseconds, and it prints `stopped LEFT`. It ends with its parent. SPEED makes the connector's
 * time pass that many times as fast, so that a short life holds what otherwise takes seconds.
 */
import "./crash-point.ts";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { parseConnectorConfig } from "../../src/connector/config.ts";
import type { Kinds } from "../../src/connector/config-table.ts";
import { Connector } from "../../src/connector/connector.ts";
import { sinkEntry, sourceEntry } from "../../src/connector/kind.ts";
import { type Clock, systemClock } from "../../src/delivery/clock.ts";
import { fileKind } from "../../src/sink/file/kind.ts";
import { splunkKind } from "../../src/sink/splunk/kind.ts";
import { webhookKind } from "../../src/sink/webhook/kind.ts";
import { httpSourceKind } from "../../src/source/http/kind.ts";

const kinds: Kinds = {
  sources: [sourceEntry(httpSourceKind)],
  sinks: [sinkEntry(fileKind), sinkEntry(splunkKind), sinkEntry(webhookKind)],
};

const SPEED = Number(process.env["SPEED"] ?? 1);

const clock: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * SPEED,
  after: (ms, call) => systemClock.after(ms / SPEED, call),
};

const [path = ""] = process.argv.slice(2);

function fail(problems: readonly { readonly code: string; readonly message: string }[]): never {
  process.stdout.write(
    `failed ${JSON.stringify(problems.map((one) => [one.code, one.message]))}\n`,
  );
  process.exit(4);
}

async function start(): Promise<Connector> {
  const parsed = parseConnectorConfig(readFileSync(path, "utf8"), path, kinds);
  if (!parsed.ok) return fail(parsed.diagnostics);
  const say = (fields: object, message: string): void => {
    process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  };
  const started = await Connector.start(parsed.value, {
    clock,
    random: randomBytes,
    environment: process.env,
    log: { debug: () => {}, info: () => {}, warn: say, error: say },
    version: "0.0.0",
  });
  return started.ok ? started.value : fail(started.diagnostics);
}

/** Fills the memory until the system or V8 ends the process. */
function exhaust(): never {
  const hoard: number[][] = [];
  for (;;) hoard.push(Array.from({ length: 1_000_000 }, (_, at) => at + hoard.length));
}

async function stop(connector: Connector, graceMs: number): Promise<void> {
  await connector.stop(graceMs);
  const left = Math.max(...connector.status().sinks.map(({ lagRecords }) => lagRecords));
  process.stdout.write(`stopped ${left}\n`, () => process.exit(0));
}

const connector = await start();
for (let address = connector.status().sources[0]?.address; ; ) {
  if (address !== undefined) {
    process.stdout.write(`ready ${address}\n`);
    // A killed process would never write what it compiled.
    flushCompileCache();
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
  address = connector.status().sources[0]?.address;
}
process.on("SIGTERM", () => void stop(connector, Number(process.env["GRACE_MS"] ?? 10_000)));

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(0));
lines.on("line", (line) => {
  const [word, argument] = line.split(" ");
  if (word === "finish")
    void connector
      .caughtUp()
      .then(() => connector.stop(0))
      .then(() => process.stdout.write("finished\n", () => process.exit(0)));
  if (word === "catch") void connector.caughtUp().then(() => process.stdout.write("caught\n"));
  if (word === "exhaust") exhaust();
  if (word === "stall") {
    const until = performance.now() + Number(argument);
    while (performance.now() < until);
  }
});

/** Sends batches of a hundred until it kills itself; writes the number of each that was delivered. */
import { writeSync } from "node:fs";
import * as api from "@duckdb/node-api";
import { openEmbedded } from "../../../src/connector/embedded/kind.ts";
import { journaledRange } from "../../conformance/event.ts";

const [folder = "", round = "", ms = ""] = process.argv.slice(2);
const sink = openEmbedded(
  {
    ...{ path: undefined, keep: 1e12, detect_every: 1e9, rules: "all", content: undefined },
    ...{ alerts: undefined, memory_limit: 256 * 2 ** 20, threads: 1 },
  },
  {
    ...{ name: "store", now: Date.now, random: () => new Uint8Array(0), readSecret: () => "" },
    ...{ folder, warn: () => {} },
  },
  api,
  [],
);
const encoded = (from: number): Parameters<typeof sink.send>[0] =>
  journaledRange(100, from).map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
const start = Number(round) * 100_000;
await sink.send(encoded(start + 1), new AbortController().signal);
writeSync(1, `${start + 100}\n`);
setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(ms));
for (let from = start + 101; ; from += 100) {
  const outcomes = await sink.send(encoded(from), new AbortController().signal);
  if (outcomes.every(({ kind }) => kind === "delivered")) writeSync(1, `${from + 99}\n`);
}

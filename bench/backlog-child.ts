/** A connector far behind its journal, in a process of its own; tells its memory once a second. */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createConnector } from "../src/connector/create-connector.ts";
import type { Receivers } from "./delivery.ts";

const SECONDS = 20;
const [folder = ""] = process.argv.slice(2);
const receiver = fork(join(import.meta.dirname, "receiver.ts"), { stdio: "inherit" });
const { ports } = await new Promise<Receivers>((resolve) => {
  receiver.once("message", (message) => resolve(message as Receivers));
});
const here = (name: "elasticsearch" | "splunk"): string => `http://127.0.0.1:${ports[name]}`;
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const connector = await createConnector(
  {
    version: 1,
    data_dir: folder,
    pseudonym: { key: { env: "KEY" } },
    sinks: [
      {
        name: "elastic",
        kind: "elasticsearch",
        nodes: [here("elasticsearch")],
        api_key: { env: "SECRET" },
        allow_plain_http: true,
      },
      {
        name: "splunk",
        kind: "splunk",
        urls: [here("splunk")],
        token: { env: "SECRET" },
        allow_plain_http: true,
        transport: "undici",
      },
      { name: "file", kind: "file", folder: join(folder, "out"), keep_files: 2 },
    ],
  },
  { log, environment: { KEY: randomBytes(32).toString("hex"), SECRET: "bench" } },
);
for (const phase of ["refused", "taken"] as const) {
  receiver.send({ refuse: phase === "refused" });
  for (let second = 0; second < SECONDS; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const delivered = connector
      .status()
      .sinks.reduce((sum, { counts }) => sum + counts.delivered, 0);
    const rssMib = Math.round(process.memoryUsage().rss / 2 ** 20);
    process.send?.({ phase, rssMib, delivered });
  }
}
await connector.stop(0);
receiver.disconnect();
process.disconnect();

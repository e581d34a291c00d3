/** Sends what many Claude Code clients would: records of the captured sessions under ever new sessions. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { encodeRequest } from "../test/wire/otlp.ts";

const RECORDS = 512;
const CONNECTIONS = 4;
/** Requests that are made beforehand and sent in turn, so that the sender costs little. */
const PREPARED = 40;

interface Order {
  readonly address: string;
  readonly encoding: "json" | "binary";
  readonly gzip: boolean;
  readonly requests: number;
  readonly first: number;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly [kind: string]: string | number | boolean };
}

interface Resource {
  readonly resource: object;
  readonly scopeLogs: readonly {
    readonly scope: object;
    readonly logRecords: readonly { readonly attributes: readonly Attribute[] }[];
  }[];
}

const captured = ["plain", "bash1", "mcp3-details"]
  .flatMap((name) => readFileSync(`test/fixtures/otlp/${name}.ndjson`, "utf8").trim().split("\n"))
  .map((line) => JSON.parse(line) as { body: { resourceLogs?: readonly Resource[] } })
  .flatMap(({ body }) => body.resourceLogs ?? []);
const records = captured.flatMap(({ scopeLogs }) => scopeLogs.flatMap((one) => one.logRecords));

/** A UUID of a name, with letters and digits as real ones have them. */
function sessionOf(name: string): string {
  const hex = hash("sha256", name);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A request of one batch, all of whose sessions are new. */
function makeRequest(n: number): object {
  const logRecords = Array.from({ length: RECORDS }, (_, at) => {
    const record = records[at % records.length];
    const session = sessionOf(`${n}/${Math.floor(at / 40)}`);
    const attributes = record?.attributes.map(({ key, value }) =>
      key === "session.id"
        ? { key, value: { stringValue: session } }
        : key === "event.sequence"
          ? { key, value: { intValue: at % 40 } }
          : { key, value },
    );
    return { ...record, attributes };
  });
  const [first] = captured;
  const scope = first?.scopeLogs[0]?.scope;
  return { resourceLogs: [{ resource: first?.resource, scopeLogs: [{ scope, logRecords }] }] };
}

async function send({ address, encoding, gzip, requests, first }: Order): Promise<number> {
  const bodies = Array.from({ length: Math.min(PREPARED, requests) }, (_, n) => {
    const request = makeRequest(first + n);
    const body =
      encoding === "json"
        ? Buffer.from(JSON.stringify(request))
        : Buffer.from(encodeRequest("logs", request));
    return gzip ? gzipSync(body) : body;
  });
  const headers = {
    "content-type": encoding === "json" ? "application/json" : "application/x-protobuf",
    ...(gzip && { "content-encoding": "gzip" }),
  };
  let next = 0;
  let taken = 0;
  const connection = async (): Promise<void> => {
    while (next < requests) {
      const body = bodies[next++ % bodies.length] as Buffer<ArrayBuffer>;
      const answer = await fetch(`http://${address}/v1/logs`, { method: "POST", headers, body });
      await answer.arrayBuffer();
      if (answer.status === 200) taken += RECORDS;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return taken;
}

process.once("message", (order) => {
  send(order as Order).then(
    (taken) => process.send?.(taken),
    (cause: unknown) => {
      process.stderr.write(`${String(cause)}\n`);
      process.exit(1);
    },
  );
});

/**
 * Audit events from pino, on the main thread: the stream hands them to a connector and is told when they
 * are on the device. A pino transport would run in a worker, where lines that are under way are lost when
 * the process exits (pino's documentation, "Transports"); a stream is not.
 */
import { Writable } from "node:stream";
import type { Connector } from "../connector/connector.ts";
import { AUDIT_KEY, type AuditDoor } from "./audit-key.ts";

interface Chunk {
  readonly chunk: Uint8Array | string;
}

/** The audit events among lines of a log. Other lines are not of interest here. */
function eventsIn(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line.includes(`"${AUDIT_KEY}"`))
    .flatMap((line) => {
      const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
      return AUDIT_KEY in record ? [record[AUDIT_KEY]] : [];
    });
}

/** Lines of pino end in a newline and come whole, one or more to a chunk. */
class PinoStream extends Writable {
  readonly #door: AuditDoor;

  constructor(door: AuditDoor) {
    // A line waits here only until the one before is durable; pino waits when there are many.
    super({ decodeStrings: false });
    this.#door = door;
  }

  override _write(chunk: Uint8Array | string, _: string, done: (error?: Error) => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: readonly Chunk[], done: (error?: Error) => void): void {
    const text = chunks.map(({ chunk }) => chunk.toString()).join("");
    Promise.resolve()
      .then(() => {
        const events = eventsIn(text);
        return events.length === 0 ? undefined : this.#door(events);
      })
      .then(() => done(), done);
  }
}

/**
 * A stream for pino. Records with the key `claude_audit` are audit events; the rest passes by, so use it
 * beside the stream of the ordinary log. What is no event goes to `rejects/pino.ndjson`.
 *
 * @example
 * const log = pino({}, pino.multistream([process.stdout, await createPinoStream(connector)]));
 * log.info({ claude_audit: event }, "session started");
 */
export async function createPinoStream(connector: Connector): Promise<Writable> {
  return new PinoStream(await connector.openDoor("pino"));
}

/** Audit events from winston. */
import TransportStream from "winston-transport";
import type { Connector } from "../connector/connector.ts";
import { AUDIT_KEY, type AuditDoor } from "./audit-key.ts";

class WinstonTransport extends TransportStream {
  readonly #door: AuditDoor;

  constructor(door: AuditDoor) {
    super();
    this.#door = door;
  }

  override log(info: Readonly<Record<string, unknown>>, next: () => void): void {
    if (!(AUDIT_KEY in info)) {
      next();
      return;
    }
    this.#door([info[AUDIT_KEY]]).then(
      () => {
        this.emit("logged", info);
        next();
      },
      (cause: unknown) => {
        this.emit("warn", cause);
        next();
      },
    );
  }
}

/**
 * A transport for winston. Records with the key `claude_audit` are audit events; the rest passes by. The
 * event `logged` tells that one is on the device, `warn` that the connector has stopped. What is no event
 * goes to `rejects/winston.ndjson`.
 *
 * @example
 * const log = winston.createLogger({ transports: [await createWinstonTransport(connector)] });
 * log.info("session started", { claude_audit: event });
 */
export async function createWinstonTransport(connector: Connector): Promise<TransportStream> {
  return new WinstonTransport(await connector.openDoor("winston"));
}

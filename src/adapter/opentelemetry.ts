/** Audit events from the OpenTelemetry logs SDK. */
import type { LogRecordExporter, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Connector } from "../connector/connector.ts";
import { AUDIT_KEY } from "./audit-key.ts";

/** `ExportResultCode` of @opentelemetry/core, written here so that the package is not needed. */
const SUCCESS = 0;
const FAILED = 1;

/** The audit event a record carries: a map, or JSON text where an SDK allows only flat attributes. */
function eventOf({ attributes }: ReadableLogRecord): unknown {
  const value: unknown = attributes[AUDIT_KEY];
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    // Text that is no JSON is no event either: the connector refuses it with a reason.
    return value;
  }
}

/**
 * An exporter for a log record processor. Records with the attribute `claude_audit` are audit events; the
 * rest passes by. Success is reported when they are on the device. What is no event goes to
 * `rejects/opentelemetry.ndjson`.
 *
 * @example
 * const exporter = await createLogRecordExporter(connector);
 * const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
 * provider.getLogger("app").emit({ attributes: { claude_audit: event } });
 */
export async function createLogRecordExporter(connector: Connector): Promise<LogRecordExporter> {
  const door = await connector.openDoor("opentelemetry");
  const underWay = new Set<Promise<unknown>>();
  return {
    export: (records, callback) => {
      const events = records.filter(({ attributes }) => AUDIT_KEY in attributes).map(eventOf);
      const taken = door(events);
      underWay.add(taken);
      taken
        .then(
          () => callback({ code: SUCCESS }),
          (cause: unknown) => {
            const error = cause instanceof Error ? cause : new Error(String(cause));
            callback({ code: FAILED, error });
          },
        )
        .finally(() => underWay.delete(taken));
    },
    forceFlush: async () => {
      await Promise.allSettled(underWay);
    },
    shutdown: async () => {
      await Promise.allSettled(underWay);
    },
  };
}

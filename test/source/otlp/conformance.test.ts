import { otlpSourceKind } from "../../../src/source/otlp/kind.ts";
import { type OtlpOptions, otlpOptions } from "../../../src/source/otlp/options.ts";
import type { Emit, Source } from "../../../src/source/source.ts";
import { describeSource } from "../../conformance/source.ts";
import { attributesOf, encodeRequest } from "../../wire/otlp.ts";
import { settingsOf } from "../settings.ts";
import { TIME } from "./stand.ts";

const options: OtlpOptions = settingsOf(otlpOptions, "listen: 127.0.0.1:0");

/**
 * The suite puts lines in and wants them back. A record of telemetry becomes another event, so a line is
 * named by the session of its record, and the event is turned back before the suite sees it. What is no
 * text is a record without a time here.
 */
const lines = new Map<string, string>();

function recordOf(line: Uint8Array): object {
  if (line[1] === 0xff) return { attributes: [] };
  const session = `line ${lines.size}`;
  lines.set(session, Buffer.from(line).toString());
  return { timeUnixNano: TIME, attributes: attributesOf({ "session.id": session }) };
}

function turnBack(text: string): string {
  const { session_id = "" } = JSON.parse(text) as { readonly session_id?: string };
  return lines.get(session_id) ?? text;
}

describeSource({
  name: "otlp",
  replays: true,
  create: async () => {
    let source: Source | undefined;
    let waiting: object[] = [];
    let acknowledged = 0;
    let sending: Promise<void> | undefined;

    // An exporter: one batch at a time, kept until it was answered with a success.
    const sendAll = async (): Promise<void> => {
      while (waiting.length > 0) {
        const logRecords = waiting.slice(0, 512);
        const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
        const answer = await fetch(`http://${source?.address?.()}/v1/logs`, {
          method: "POST",
          headers: { "content-type": "application/x-protobuf" },
          body: encodeRequest("logs", request) as Uint8Array<ArrayBuffer>,
        });
        await answer.arrayBuffer();
        if (answer.status !== 200) return;
        acknowledged += logRecords.length;
        waiting = waiting.slice(logRecords.length);
      }
    };
    const send = (): void => {
      // A refused connection ends the attempt as a refusal does.
      sending ??= sendAll()
        .catch(() => {})
        .finally(() => {
          sending = undefined;
        });
    };

    return {
      open: async (tools) => {
        const inner = await otlpSourceKind.open(options, tools);
        source = inner;
        const start: Source["start"] = (emit, signal) => {
          const back: Emit = (records, origin) =>
            emit(
              records.map((record) =>
                record.problem === undefined ? { ...record, text: turnBack(record.text) } : record,
              ),
              origin,
            );
          return inner.start(back, signal);
        };
        return { name: inner.name, kind: inner.kind, address: () => inner.address?.(), start };
      },
      put: (bytes) => {
        waiting.push(...bytes.map(recordOf));
        send();
      },
      acknowledged: () => acknowledged,
      sendAgain: send,
      close: async () => sending,
    };
  },
});

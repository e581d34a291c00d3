import { httpSourceKind } from "../../src/source/http/kind.ts";
import { type HttpOptions, httpOptions } from "../../src/source/http/options.ts";
import type { Source } from "../../src/source/source.ts";
import { describeSource } from "../conformance/source.ts";
import { settingsOf } from "./settings.ts";

const options: HttpOptions = settingsOf(httpOptions, "listen: 127.0.0.1:0");

describeSource({
  name: "http",
  replays: true,
  create: async () => {
    let source: Source | undefined;
    let waiting: Uint8Array[] = [];
    let acknowledged = 0;
    let sending: Promise<void> | undefined;

    // A sender as they should be: one request at a time, the next only after the answer to this one.
    const sendAll = async (): Promise<void> => {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, 500);
        const answer = await fetch(`http://${source?.address?.()}/v1/events`, {
          method: "POST",
          headers: { "content-type": "application/x-ndjson" },
          body: Buffer.concat(batch.flatMap((line) => [line, Buffer.from("\n")])),
        });
        await answer.text();
        if (answer.status !== 200) return;
        acknowledged += batch.length;
        waiting = waiting.slice(batch.length);
      }
    };
    const send = () => {
      // A refused connection ends the attempt as an answer other than 200 does.
      sending ??= sendAll()
        .catch(() => {})
        .finally(() => {
          sending = undefined;
        });
    };

    return {
      open: async (tools) => {
        source = await httpSourceKind.open(options, tools);
        return source;
      },
      put: (lines) => {
        waiting.push(...lines);
        send();
      },
      acknowledged: () => acknowledged,
      sendAgain: send,
      close: async () => sending,
    };
  },
});

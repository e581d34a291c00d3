/** The sink kind `syslog` against the receivers that sites run, where they are installed. */
import { describe, expect, it } from "vitest";
import type { Sink } from "../../src/delivery/sink.ts";
import { hostileTexts, journaled, journaledRange } from "../conformance/event.ts";
import { describeSink } from "../conformance/sink.ts";
import { openSyslog } from "../sink/syslog/open.ts";
import { selfSigned } from "../wire/certificate.ts";
import { receiverPrograms } from "./syslog-receiver.ts";

const certificate = selfSigned();

function eventIds(texts: readonly string[]): readonly string[] {
  return texts.map((text) => (JSON.parse(text) as { event_id: string }).event_id);
}

/** A kill can leave a piece of a line in the receiver's file. */
function wholeIds(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => {
    try {
      return eventIds([text]);
    } catch {
      return [];
    }
  });
}

async function arrived(texts: () => readonly string[], count: number): Promise<readonly string[]> {
  for (let tries = 0; tries < 100 && texts().length < count; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return texts();
}

for (const { name, isInstalled, start } of receiverPrograms) {
  if (!isInstalled) {
    process.stdout.write(`skipped: no ${name}\n`);
    continue;
  }
  for (const tls of [undefined, certificate]) {
    const transport = tls === undefined ? "tcp" : "tls";
    const open = async () => {
      const receiver = await start(tls);
      const files = tls === undefined ? {} : { ca_file: receiver.caFile };
      const settings = { port: receiver.port, transport, timeout: 5000, ...files } as const;
      return { receiver, sink: await openSyslog({ ...settings, resend_records: 1000 }) };
    };
    describeSink({
      name: `${name} over ${transport}`,
      real: true,
      open: async () => {
        const { receiver, sink } = await open();
        return {
          sink,
          secrets: [],
          stored: () => eventIds(receiver.texts()),
          close: receiver.stop,
        };
      },
    });

    describe(`${name} over ${transport}`, { timeout: 60_000 }, () => {
      it("hands on every text as it was", async () => {
        const { receiver, sink } = await open();
        const records = hostileTexts.map((text, index) => journaled(index + 1, { mcp_tool: text }));
        await sink.send(
          records.map((record) => encoded(sink, record)),
          new AbortController().signal,
        );
        const texts = await arrived(receiver.texts, records.length);
        const events = texts.map((text) => JSON.parse(text) as object);
        expect(events).toEqual(
          records.map(({ seq, hash, event }) => ({ ...event, chain_seq: seq, chain_hash: hash })),
        );
        await sink.close();
        await receiver.stop();
      });

      it("is killed twice while it is sent to: nothing delivered is missing", async () => {
        const { receiver, sink } = await open();
        const all = journaledRange(400);
        const sending = (async () => {
          for (let at = 0; at < all.length; at += 20) {
            const batch = all.slice(at, at + 20).map((record) => encoded(sink, record));
            while ((await sink.send(batch, new AbortController().signal))[0]?.kind !== "delivered")
              await new Promise((resolve) => setTimeout(resolve, 20));
          }
        })();
        for (let kills = 0; kills < 2; kills += 1) {
          await new Promise((resolve) => setTimeout(resolve, 150));
          await receiver.killAndRestart();
        }
        await sending;
        const ids = all.map(({ event }) => event.event_id);
        const held = () => new Set(wholeIds(receiver.texts()));
        for (let tries = 0; tries < 100 && held().size < ids.length; tries += 1)
          await new Promise((resolve) => setTimeout(resolve, 50));
        expect(ids.filter((id) => !held().has(id))).toEqual([]);
        await sink.close();
        await receiver.stop();
      });
    });
  }
}

function encoded(sink: Sink, record: ReturnType<typeof journaled>) {
  const form = sink.encode(record);
  if (!("body" in form)) throw new Error(form.reason);
  return form;
}

/** The Splunk sink against the HEC receiver of the OpenTelemetry Collector, where one is at hand. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { hostileTexts, journaled, journaledRange } from "../conformance/event.ts";
import { describeSink } from "../conformance/sink.ts";
import { encode, never, openSplunk, TOKEN, transports } from "../sink/splunk/open.ts";
import { type CollectedRecord, hasOtelcol, type Otelcol, startOtelcol } from "./otelcol.ts";

function eventIds(records: readonly CollectedRecord[]): readonly string[] {
  return records.map(({ body }) => String((body as { event_id?: unknown }).event_id));
}

async function recordsOf(collector: Otelcol, count: number): Promise<readonly CollectedRecord[]> {
  for (let tries = 0; tries < 100 && collector.records().length < count; tries += 1)
    await sleep(50);
  return collector.records();
}

describe.skipIf(!hasOtelcol)("OpenTelemetry Collector", { timeout: 30_000 }, () => {
  for (const transport of transports) {
    describeSink({
      name: `splunk over ${transport}, acknowledged by the OpenTelemetry Collector`,
      real: true,
      open: async () => {
        const collector = await startOtelcol();
        const { sink } = await openSplunk([collector.hecUrl], {
          transport,
          acknowledgement: "required",
          acknowledgement_timeout: 5000,
          timeout: 5000,
        });
        return {
          sink,
          stored: () => eventIds(collector.records()),
          secrets: [TOKEN],
          close: collector.close,
        };
      },
    });

    it(`gets what was sent over ${transport}, unchanged`, async () => {
      const collector = await startOtelcol();
      const { sink } = await openSplunk([collector.hecUrl], {
        ...{ transport, index: "claude_audit", host: "gateway-1", timeout: 5000 },
      });
      try {
        const records = hostileTexts.map((text, at) =>
          journaled(at + 1, { mcp_tool: text, deployment: text, details: { text } } as never),
        );
        const batch = encode(sink, records);
        const outcomes = await sink.send(batch, never());
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["delivered"]));
        const collected = await recordsOf(collector, records.length);
        expect(collected.map(({ body }) => body)).toEqual(
          batch.map(({ body }) => (JSON.parse(body) as { event: unknown }).event),
        );
        for (const [at, { time, attributes }] of collected.entries()) {
          // The collector reads times as floats.
          expect(Math.abs(time - (batch[at]?.time ?? 0))).toBeLessThanOrEqual(1);
          expect(attributes).toMatchObject({
            "com.splunk.index": "claude_audit",
            "com.splunk.source": "claude_deployment",
            "com.splunk.sourcetype": "claude:audit",
            "host.name": "gateway-1",
          });
        }
      } finally {
        await sink.close();
        await collector.close();
      }
    });

    it(`has one bad event found by halves over ${transport}`, async () => {
      const collector = await startOtelcol();
      const { sink } = await openSplunk([collector.hecUrl], { transport, timeout: 5000 });
      try {
        const good = encode(sink, journaledRange(3));
        const bad = { ...good[1], body: '{"time":1,"event":""}' } as (typeof good)[number];
        const outcomes = await sink.send([...good.slice(0, 1), bad], never());
        // The collector does not say which event it is.
        expect(outcomes.map(({ kind }) => kind)).toEqual(["split", "split"]);
        expect((await sink.send([bad], never())).map(({ kind }) => kind)).toEqual(["quarantine"]);
      } finally {
        await sink.close();
        await collector.close();
      }
    });
  }
});

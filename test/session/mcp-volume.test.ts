import { createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { parseEventLine } from "../../src/event/parse.ts";
import { formatTime } from "../../src/event/time.ts";
import { createPolicy } from "../../src/policy/policy.ts";
import { createPseudonymiser } from "../../src/policy/pseudonym.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { McpVolume, type SavedVolume, VOLUME_MARK } from "../../src/session/mcp-volume.ts";
import { evaluate } from "../oracle/evaluate.ts";

const START = Date.parse("2026-03-02T08:00:00.000Z");
const SECOND = 1000;
const LATER = START + 365 * 86_400_000;
const options = {
  limit: 3,
  windowMs: 10 * SECOND,
  quietMs: 15 * SECOND,
  sessionsMax: 100,
  alertsMax: 1000,
};

interface Query {
  readonly session: string;
  readonly second: number;
  /** Two queries with the same one are the same event. */
  readonly id: number;
}

function event(
  { session, second, id }: Query,
  fields: Readonly<Record<string, unknown>> = {},
): AuditEvent {
  return {
    event_id: `00000000-0000-4000-a000-${String(id).padStart(12, "0")}`,
    event_type: "activity_event",
    activity_type: "mcp_query",
    timestamp: formatTime(START + second * SECOND),
    session_id: session,
    mcp_server: "crm",
    ...fields,
  } as AuditEvent;
}

function alertsOf(volume: McpVolume, queries: readonly Query[]): readonly AuditEvent[] {
  for (const query of queries) volume.take(event(query), LATER);
  return volume.takeDue();
}

const placeOf = ({ session_id, timestamp }: { session_id?: string; timestamp: string }): string =>
  `${session_id} ${timestamp}`;

/** So many queries of a session, a second apart. */
const burst = (count: number, from = 0, id = 1000 * from): readonly Query[] =>
  Array.from({ length: count }, (_, n) => ({ session: "s", second: from + n, id: id + n }));

describe("the volume of MCP queries", () => {
  it("tells the query that is one too many, and nothing more while the session is quiet", () => {
    const volume = new McpVolume(options);
    const alerts = alertsOf(volume, burst(12));
    expect(alerts.map(placeOf)).toEqual([placeOf(event({ session: "s", second: 3, id: 0 }))]);
    expect(alertsOf(volume, burst(8, 12)).map(placeOf)).toEqual([
      placeOf(event({ session: "s", second: 3 + 15, id: 0 })),
    ]);
  });

  it("tells a valid event that says what is known of the query", () => {
    const volume = new McpVolume(options);
    const context = {
      user_id_hash: "a".repeat(64),
      department: "legal",
      data_classification: "restricted",
    };
    for (const query of burst(4)) volume.take(event(query, context), LATER);
    const [alert] = volume.takeDue();
    expect(alert).toMatchObject({
      ...context,
      event_type: "security_event",
      security_event_type: "anomalous_mcp_volume",
      severity: "medium",
      session_id: "s",
      mcp_integrations: ["crm"],
      details: {
        queries_over: 3,
        window_ms: 10_000,
        last_event: event(burst(4)[3] as Query).event_id,
      },
    });
    const pseudonymiser = createPseudonymiser(createSecretKey(Buffer.alloc(32, "volume")));
    expect(createPolicy({ pseudonymiser }).applyPolicy(alert as AuditEvent)).toEqual(alert);
    const text = JSON.stringify(alert);
    expect(text).toContain(VOLUME_MARK);
    expect(parseEventLine(text, 1, { file: "f", strict: true })).toMatchObject({
      ok: true,
      diagnostics: [],
    });
  });

  it("counts no query twice, nor other activities, nor queries without a session", () => {
    const volume = new McpVolume(options);
    const [first = burst(1)[0] as Query] = burst(1);
    for (let n = 0; n < 10; n += 1) volume.take(event(first), LATER);
    for (const query of burst(10)) {
      volume.take(event(query, { activity_type: "tool_use" }), LATER);
      volume.take(event(query, { session_id: undefined }), LATER);
    }
    expect(volume.takeDue()).toEqual([]);
  });

  it("raises nothing again when the same events come again, and the same id after a loss of all state", () => {
    const volume = new McpVolume(options);
    const [alert] = alertsOf(volume, burst(5));
    expect(alertsOf(volume, burst(5, 100))).toHaveLength(1);
    expect(alertsOf(volume, burst(5))).toEqual([]);
    expect(alertsOf(new McpVolume(options), burst(5))).toEqual([alert]);
  });

  it("raises nothing again about a session that was forgotten in between", () => {
    const volume = new McpVolume({ ...options, sessionsMax: 1 });
    expect(alertsOf(volume, burst(5))).toHaveLength(1);
    volume.take(event({ session: "other", second: 5, id: 9000 }), LATER);
    expect(alertsOf(volume, burst(5))).toEqual([]);
  });

  it("goes on where it was saved", () => {
    const whole = new McpVolume(options);
    const expected = alertsOf(whole, burst(40));
    let saved: SavedVolume | undefined;
    const found = burst(40).flatMap((query) => {
      const volume = new McpVolume(options, saved);
      const alerts = alertsOf(volume, [query]);
      saved = JSON.parse(JSON.stringify(volume.save())) as SavedVolume;
      return alerts;
    });
    expect(expected.length).toBeGreaterThan(1);
    expect(found).toEqual(expected);
  });

  it("forgets sessions that are over, and those quiet longest when there are too many", () => {
    const volume = new McpVolume({ ...options, sessionsMax: 10 });
    for (let n = 0; n < 1000; n += 1)
      volume.take(event({ session: `s${n}`, second: n, id: n }), LATER);
    expect(volume.watched).toBeLessThanOrEqual(10);
    expect(volume.counts.evicted).toBeGreaterThan(0);
    volume.take(event({ session: "later", second: 10_000, id: 5000 }), LATER);
    expect(volume.save().sessions).toHaveLength(1);
  });

  it("is not led astray by a clock that is wrong, nor by a session of many weeks", () => {
    const volume = new McpVolume(options);
    volume.take(event({ session: "s", second: 400 * 86_400, id: 1 }), START + 10 * SECOND);
    expect(alertsOf(volume, burst(4, 10))).toHaveLength(1);
    const long = new McpVolume(options);
    const weeks = Array.from({ length: 90 }, (_, day) => ({
      session: "s",
      second: day * 86_400,
      id: day,
    }));
    expect(alertsOf(long, weeks)).toEqual([]);
    expect(alertsOf(long, burst(4, 89 * 86_400 + 1))).toHaveLength(1);
  });

  it("finds a burst whatever order its queries come in", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...burst(4)], { minLength: 4 }), (queries) => {
        return alertsOf(new McpVolume(options), queries).length === 1;
      }),
    );
  });

  it("finds what the rule finds", () => {
    const text = readFileSync("rules/anomalous-mcp-volume/rule.yaml", "utf8")
      .replace("value: 50", "value: 3")
      .replace("value: 10m", "value: 10s")
      .replace("value: 1h", "value: 15s");
    const rule = parseRule(text, "rule.yaml");
    if (!rule.ok) throw new Error(JSON.stringify(rule.diagnostics));
    const step = fc.tuple(
      fc.constantFrom("a", "b"),
      fc.nat({ max: 6 }),
      fc.integer({ min: -1, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let second = 0;
        const queries = steps.map(([session, gap, back], index): Query => {
          second += gap;
          // Some are the event before once more.
          return { session, second, id: back < 0 ? index - 1 : index };
        });
        const distinct = queries.filter(
          ({ id }, index) => queries.findIndex((one) => one.id === id) === index,
        );
        const found = alertsOf(new McpVolume(options), distinct).map(placeOf);
        const expected = evaluate(
          rule.value,
          distinct.map((one) => event(one) as never),
          true,
        ).map(({ time, entity }) => `${entity["session_id"]} ${time}`);
        expect(found.toSorted()).toEqual([...expected].sort());
      }),
      { numRuns: 400 },
    );
  });

  it("holds 400 bytes of a session at the default limit", () => {
    const volume = new McpVolume({ ...options, limit: 50 });
    alertsOf(volume, burst(500));
    const [session] = volume.save().sessions;
    expect((session?.[2].length ?? 0) / 2).toBeLessThanOrEqual(50);
  });
});

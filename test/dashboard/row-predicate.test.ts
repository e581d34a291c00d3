import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dimensionName, type PanelQuery } from "../../src/dashboard/ir.ts";
import { groupPredicate, type RowEvents, rowEvents } from "../../src/dashboard/row-predicate.ts";
import type { Predicate } from "../../src/rule/ir.ts";
import { parseExpression } from "../../src/rule/parse-expression.ts";
import { renderPredicate } from "../../src/rule/render-predicate.ts";
import { type Event, holds } from "../oracle/evaluate.ts";
import { showPanel } from "../oracle/panel.ts";
import { panelLog, range } from "./panel-log.ts";
import { constructs, panelOf } from "./panels.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 1);
const shown = { fromMs: START, toMs: START + 10 * DAY };

/** What the text of a predicate means to whoever copies it. */
function reread(predicate: Predicate): Predicate {
  const text = renderPredicate(predicate);
  if (text === "always") return predicate;
  const result = parseExpression(text, {
    parameters: new Map(),
    used: new Set(),
    spanAt: () => predicate.span,
  });
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.diagnostics)}`);
  return result.value;
}

function eventsOf({ where, fromMs, toMs, hourOfDay }: RowEvents, log: readonly Event[]): Event[] {
  const predicate = reread(where);
  const seen = new Set<unknown>();
  const once = log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
  return once.filter((event) => {
    const time = Date.parse(String(event["timestamp"]));
    const isThen = time >= fromMs && time < toMs;
    const isHour = hourOfDay === undefined || new Date(time).getUTCHours() === hourOfDay;
    return isThen && isHour && holds(predicate, event);
  });
}

function queryOf(name: string): PanelQuery {
  const panel = constructs.get(name);
  if (panel === undefined) throw new Error(name);
  return panel.query;
}

describe("the events behind a row", () => {
  it("are those that its number counts, as text that is read back", () => {
    let rows = 0;
    fc.assert(
      fc.property(panelLog, range, (log, times) => {
        for (const [name, { query }] of constructs) {
          for (const row of showPanel(query, log, times)) {
            const behind = rowEvents(query, row.keys, times);
            const events = eventsOf(behind, log);
            const whole = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
            const again = { ...query, dimensions: [], hidesSmallCells: false };
            const [total] = showPanel(again, events, whole);
            if (row.value !== null) expect(total?.value, name).toBe(row.value);
            rows += 1;
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(rows).toBeGreaterThan(1000);
  });

  it("are within the bucket and within the time shown, hours and weeks included", () => {
    const week = rowEvents(queryOf("time-week"), [Date.UTC(2026, 1, 23)], shown);
    expect(week).toMatchObject({ fromMs: START, toMs: Date.UTC(2026, 2, 2) });
    const hour = rowEvents(queryOf("hour-of-day-by-field"), [14, "jira"], shown);
    expect(hour).toMatchObject({ ...shown, hourOfDay: 14 });
    expect(renderPredicate(hour.where)).toBe("mcp_server = jira");
  });

  it("of a comparison are before the end of the time shown, also before its start", () => {
    const times = { fromMs: shown.toMs - HOUR, toMs: shown.toMs };
    const query = queryOf("compare");
    expect(query.dimensions.map(dimensionName)).toEqual(["period"]);
    expect(rowEvents(query, ["current"], times)).toMatchObject({ fromMs: times.toMs - DAY });
    expect(rowEvents(query, ["before"], times)).toMatchObject({
      fromMs: times.toMs - 2 * DAY,
      toMs: times.toMs - DAY,
    });
  });

  it("of a whole series are those of every place, and obey what the reader chose", () => {
    const { query } = panelOf(
      "kind: stacked\nwhere: event_type = session_start and token_input > 0\nmeasure: count\nunit: events\ntime: day\nby: [severity]",
    );
    const chosen = groupPredicate("department", "sales");
    const series = rowEvents(query, [undefined, "high"], shown, [chosen]);
    expect(series).toMatchObject(shown);
    expect(renderPredicate(series.where)).toBe(
      "department = sales and event_type = session_start and token_input > 0 and severity = high",
    );
  });
});

describe("a group", () => {
  it("named unknown has the events without a value as well, in words the field knows", () => {
    const text = (field: Parameters<typeof groupPredicate>[0], group: string): string => {
      return renderPredicate(reread(groupPredicate(field, group)));
    };
    expect(text("policy_ref", "unknown")).toBe(
      'not exists policy_ref or policy_ref = "" or policy_ref = unknown',
    );
    expect(text("severity", "unknown")).toBe("not exists severity");
    expect(text("data_classification", "unknown")).toBe(
      "not exists data_classification or data_classification = unknown",
    );
    expect(text("within_business_hours", "false")).toBe("within_business_hours = false");
    expect(text("duration_ms", "12")).toBe("duration_ms = 12");
    expect(text("security_flags", 'it\'s "x"')).toBe('security_flags has "it\'s \\"x\\""');
    expect(text("security_flags", "none")).toBe("not exists security_flags");
  });
});

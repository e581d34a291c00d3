/** The panels' searches, run by an interpreter of the language, against what panels mean. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChartPanel, chartsOf, dimensionName } from "../../../src/dashboard/ir.ts";
import { compilePanel } from "../../../src/dashboard/query/compile.ts";
import { panelLog, range } from "../../dashboard/panel-log.ts";
import { constructs, shippedDashboard, shippedNames } from "../../dashboard/panels.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { type PanelRow, showPanel } from "../../oracle/panel.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { type Reading, usualReading } from "./reading.ts";
import { prepareSearch } from "./run.ts";
import { numberOf, type Row } from "./value.ts";

const app = buildApp();

const readings: readonly Reading[] = [
  usualReading,
  { ...usualReading, emptyText: "missing" },
  { ...usualReading, zoneMinutes: 780, digitTexts: "number" },
];

/** Panels by name with the text of their search: what ships as the build has it, and constructs. */
const panels: readonly (readonly [string, ChartPanel, string])[] = [
  ...shippedNames.flatMap((name) =>
    chartsOf(shippedDashboard(name)).map((panel) => {
      const path = `dashboards/${name}/${panel.name}.spl`;
      return [path, panel, app.files.get(path) ?? ""] as const;
    }),
  ),
  ...[...constructs].map(
    ([name, panel]) => [name, panel, compilePanel(panel.query, "splunk").text ?? ""] as const,
  ),
];

const searches = panels.map(
  ([name, panel, text]) => [name, panel, prepareSearch(text, app.macros)] as const,
);

function cell(row: Row, name: string): number | null {
  return numberOf(row.get(name) ?? null) ?? null;
}

/** Rows of a search as rows of a panel; Splunk counts seconds. */
function shown({ query }: ChartPanel, rows: readonly Row[]): readonly PanelRow[] {
  const { dimensions, measure } = query;
  return rows.map((row) => {
    const value = cell(row, "value");
    return {
      keys: dimensions.map((one) => {
        const key = row.get(dimensionName(one));
        if (one.kind === "time") return Number(key) * 1000;
        return one.kind === "hour_of_day" ? Number(key) : String(key);
      }),
      value: value !== null && measure.kind === "latest" ? Math.round(value * 1000) : value,
      ...(measure.kind === "ratio" && { n: cell(row, "n") }),
      ...(query.hidesSmallCells && { small: row.get("small") === "true" }),
    };
  });
}

/**
 * What the mapping writes where the event has nothing (`else` in mappings/cim.yaml): the same fields as
 * the event's own, so that a search takes it for the event's.
 */
function completed(event: Event): Event {
  return {
    ...event,
    schema_version: event["schema_version"] ?? "1.1",
    ...(event["event_type"] === "security_event" && {
      severity: event["severity"] ?? "informational",
    }),
  };
}

/** Every id once: an id that comes again with other content is no copy, and nothing says which stays. */
function distinct(log: readonly Event[]): readonly Event[] {
  const seen = new Set<unknown>();
  return log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
}

describe("searches of panels show what panels mean", { timeout: 60_000 }, () => {
  it("in random logs, in order", () => {
    let rows = 0;
    fc.assert(
      fc.property(panelLog, range, (log, times) => {
        const events = [...distinct(log), ...distinct(log).slice(0, 5)];
        for (const reading of readings) {
          const index = indexedEvents(events, reading);
          const meant = events.map(completed);
          for (const [name, panel, search] of searches) {
            const compares = panel.query.dimensions.some((one) => one.kind === "period");
            const found = shown(
              panel,
              search(index, {
                now: times.toMs / 1000,
                ...(!compares && { earliest: times.fromMs / 1000 }),
                latest: times.toMs / 1000,
                reading,
              }),
            );
            expect(found, name).toEqual(showPanel(panel.query, meant, times));
            rows += found.length;
          }
        }
      }),
      { numRuns: 20 },
    );
    expect(rows).toBeGreaterThan(1000);
  });
});

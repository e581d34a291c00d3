/** Events as the rows that the interpreter of ES|QL reads. */
import { eventFieldNames, fieldInfo } from "../../../src/event/field.ts";
import { resolveField } from "../../../src/mapping/field-name.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { EsDate, type EsRow, type EsValue } from "./esql-value.ts";

/** Documents as the data stream holds them: each event id once, every mapped field a column. */
export function documentsOf(events: readonly Event[]): readonly EsRow[] {
  const seen = new Set<unknown>();
  const distinct = events.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
  return distinct.map((event) => {
    const columns = eventFieldNames.flatMap((field) => {
      const resolved = resolveField("ecs", field);
      const value = event[field];
      const isTime = fieldInfo(field)?.kind === "time" && value !== undefined;
      const own = isTime ? new EsDate(Date.parse(String(value))) : ((value ?? null) as EsValue);
      return resolved === undefined ? [] : [[resolved.name, own] as const];
    });
    // Keyword lists come sorted and without repeats, and an empty one like none at all.
    const stored = columns.map(([name, value]) => {
      if (!Array.isArray(value)) return [name, value] as const;
      const sorted = [...new Set(value as readonly string[])].sort();
      return [
        name,
        sorted.length === 0 ? null : sorted.length === 1 ? (sorted[0] ?? null) : sorted,
      ] as const;
    });
    const time = new EsDate(Date.parse(String(event["timestamp"])));
    return new Map<string, EsValue>([...stored, ["@timestamp", time]]);
  });
}

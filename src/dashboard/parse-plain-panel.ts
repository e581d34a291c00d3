/** Panels that measure nothing: prose, lists of events, the connector's state. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import type { EventField } from "../event/event.ts";
import type { MapReader } from "../yaml/reader.ts";
import type { EventsPanel, StatusPanel, TextPanel } from "./ir.ts";
import { parseField, parseFields, parseWhere } from "./parse-measure.ts";

/** What panels of every kind have. */
export interface PanelHead {
  readonly name: string;
  readonly title: string;
  readonly span: Span;
}

/** Events that a list shows at most, and where it does not say. */
const EVENTS_MAX = 1000;
const EVENTS_DEFAULT = 100;

function noteOf(reader: MapReader): { readonly note?: string } {
  const note = reader.optionalString("note");
  return note === undefined ? {} : { note: note.trim() };
}

export function parseText(reader: MapReader, head: PanelHead): TextPanel | undefined {
  const text = reader.string("text");
  reader.done();
  return text === undefined ? undefined : { kind: "text", ...head, text: text.trim() };
}

export function parseStatus(reader: MapReader, head: PanelHead): StatusPanel | undefined {
  const of = reader.choice("of", ["sources", "sinks", "journal", "context"]);
  const note = noteOf(reader);
  reader.done();
  return of === undefined ? undefined : { kind: "status", ...head, of, ...note };
}

/** Those of the subject's fields that narrow a panel: all, where it does not say. */
export function parseNarrowing(
  reader: MapReader,
  subject: readonly EventField[],
  diagnostics: Diagnostic[],
): readonly EventField[] {
  const items = reader.optionalList("narrowed_by")?.items;
  if (items === undefined) return subject;
  return items.flatMap((item) => {
    const field = parseField(item, diagnostics);
    if (field === undefined) return [];
    if (subject.includes(field)) return [field];
    const args = { field, known: subject };
    diagnostics.push(report(dashboardMessage.notTheSubject, item.span, args));
    return [];
  });
}

/** A list of events; refused in a dashboard that is about nobody in particular. */
export function parseEvents(
  reader: MapReader,
  head: PanelHead,
  subject: readonly EventField[],
  diagnostics: Diagnostic[],
): EventsPanel | undefined {
  if (subject.length === 0) {
    const args = { panel: head.name };
    diagnostics.push(report(dashboardMessage.eventsWithoutSubject, reader.spanOf("kind"), args));
  }
  const where = parseWhere(reader, "where", diagnostics);
  const listed = parseFields(reader.list("columns"), diagnostics);
  const order = reader.optional("order") && reader.choice("order", ["newest", "oldest"]);
  const limit = reader.optionalNumber("limit", { integer: true, min: 1, max: EVENTS_MAX });
  const note = noteOf(reader);
  const narrowedBy = parseNarrowing(reader, subject, diagnostics);
  reader.done();
  if (subject.length > 0 && narrowedBy.length === 0) {
    const args = { panel: head.name };
    const place = reader.spanOf("narrowed_by");
    diagnostics.push(report(dashboardMessage.eventsWithoutSubject, place, args));
  }
  if (where === undefined) return undefined;
  const columns = [...new Set<EventField>(["timestamp", ...listed.map(({ field }) => field)])];
  const query = {
    where,
    columns,
    order: order ?? "newest",
    limit: limit ?? EVENTS_DEFAULT,
  } as const;
  return { kind: "events", ...head, ...note, query, narrowedBy };
}

/** A source whose records are of a gateway or a cloud: they become events on their way to the journal. */
import { fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import type { Emit, Emitted, Source, SourceNote, SourceRecord } from "../source.ts";
import { type FormatTools, type LineFormat, openFormat } from "./format.ts";
import type { FormatReader, RawRecord, Reading } from "./reading.ts";
import { FormatTally } from "./tally.ts";

interface Expanded {
  readonly records: readonly SourceRecord[];
  /** For each of them the index of what it was made of. */
  readonly from: readonly number[];
  readonly readings: readonly Reading[];
}

/** A defect of a reader costs one record its way, and is told. */
async function readOne(reader: FormatReader, raw: RawRecord, origin: string): Promise<Reading> {
  try {
    return await reader.read(raw, origin);
  } catch (cause) {
    const { text, position } = raw;
    const detail = cause instanceof Error ? cause.message : String(cause);
    const span = { ...fileSpan(origin), line: Math.max(1, position) };
    const problem = report(sourceMessage.readerDefect, span, { detail });
    return { records: [{ problem, position, raw: text }] };
  }
}

async function expand(
  reader: FormatReader,
  taken: readonly SourceRecord[],
  origin: string,
): Promise<Expanded> {
  const records: SourceRecord[] = [];
  const from: number[] = [];
  const readings: Reading[] = [];
  for (const [index, one] of taken.entries()) {
    const reading =
      one.problem === undefined ? await readOne(reader, one, origin) : { records: [one] };
    readings.push(reading);
    for (const record of reading.records) {
      records.push(record);
      from.push(index);
    }
  }
  return { records, from, readings };
}

/** What became of the records as the source knows them: one is rejected when a part of it is. */
function fold(taken: number, from: readonly number[], emitted: Emitted): Emitted {
  const rejected = new Map<number, Emitted["rejected"][number]>();
  for (const { index, diagnostics } of emitted.rejected) {
    const source = from[index] ?? 0;
    const before = rejected.get(source)?.diagnostics ?? [];
    rejected.set(source, { index: source, diagnostics: [...before, ...diagnostics] });
  }
  return { accepted: taken - rejected.size, rejected: [...rejected.values()] };
}

/** Hands over what a reader makes of records. */
export function emitInFormat(emit: Emit, reader: FormatReader, tally: FormatTally): Emit {
  return async (taken, origin) => {
    const { records, from, readings } = await expand(reader, taken, origin);
    const emitted =
      records.length === 0 ? { accepted: 0, rejected: [] } : await emit(records, origin);
    tally.add(readings);
    return fold(taken.length, from, emitted);
  };
}

/** The source with its records read as a format; with the format of events the source itself. */
export function inFormat(source: Source, format: LineFormat, tools: FormatTools = {}): Source {
  if (format === "audit_event") return source;
  const reader = openFormat(format, tools);
  const tally = new FormatTally(format);
  const { name, kind, address, check, whenSilent } = source;
  return {
    name,
    kind,
    start: (emit, signal) => source.start(emitInFormat(emit, reader, tally), signal),
    ...(address !== undefined && { address }),
    ...(check !== undefined && { check }),
    ...(whenSilent !== undefined && { whenSilent }),
    notes: (): readonly SourceNote[] => [...(source.notes?.() ?? []), ...tally.notes()],
  };
}

/**
 * Kinds of sources and sinks as data. Each kind has settings of its own type; an entry closes over that
 * type, so that a list can hold all kinds and nobody has to guess or cast.
 */
import { type OptionTable, readOptions, type SettingConflict } from "../config/option.ts";
import type { OptionRows } from "../config/section.ts";
import type { Sink, SinkKind, SinkTools } from "../delivery/sink.ts";
import { type Diagnostic, isError, report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import type { Source, SourceKind, SourceTools } from "../source/source.ts";
import type { MapReader } from "../yaml/reader.ts";

/** One kind without the type of its settings. */
export interface KindEntry<Tools, Made> {
  readonly kind: string;
  readonly summary: string;
  readonly rows: OptionRows;
  /** Optional keys that a first configuration sets to their example. */
  readonly starter: readonly string[];
  /**
   * Reads the settings of the kind.
   *
   * @param diagnostics The list that the reader reports to; it holds what was found of the same item.
   * @returns How to make one from them, or `undefined` when a setting is wrong and was reported.
   */
  readonly read: (
    reader: MapReader,
    diagnostics: Diagnostic[],
  ) => ((tools: Tools) => Promise<Made>) | undefined;
}

export type SinkEntry = KindEntry<SinkTools, Sink>;
export type SourceEntry = KindEntry<SourceTools, Source>;

/** What `SinkKind` and `SourceKind` have in common. */
interface Kind<Options, Tools, Made> {
  readonly kind: string;
  readonly summary: string;
  readonly options: OptionTable<Options>;
  readonly conflicts?: (options: Options) => readonly SettingConflict[];
  readonly starter?: readonly string[];
  readonly open: (options: Options, tools: Tools) => Promise<Made>;
}

function entryOf<Options, Tools, Made>(kind: Kind<Options, Tools, Made>): KindEntry<Tools, Made> {
  return {
    kind: kind.kind,
    summary: kind.summary,
    rows: kind.options,
    starter: kind.starter ?? [],
    read: (reader, diagnostics) => {
      const options = readOptions(kind.options, reader, diagnostics);
      // Only without errors the options have the values that their type promises.
      if (diagnostics.some(isError)) return undefined;
      for (const { key, ...args } of kind.conflicts?.(options) ?? []) {
        diagnostics.push(
          report(configMessage.settingConflict, reader.spanOf(key), { key, ...args }),
        );
      }
      if (diagnostics.some(isError)) return undefined;
      return (tools) => kind.open(options, tools);
    },
  };
}

export function sinkEntry<Options>(kind: SinkKind<Options>): SinkEntry {
  return entryOf(kind);
}

export function sourceEntry<Options>(kind: SourceKind<Options>): SourceEntry {
  return entryOf(kind);
}

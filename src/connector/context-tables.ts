/** The tables that context is stamped from, read at the start and again when their files change. */
import { readFile, stat } from "node:fs/promises";
import type { Diagnostic, Result } from "../diagnostic/diagnostic.ts";
import { parseCalendar } from "../enrich/calendar.ts";
import { addCounts, type ClassificationCounts } from "../enrich/classify.ts";
import { parseClassification } from "../enrich/classify-table.ts";
import { parseClearances } from "../enrich/clearance.ts";
import {
  createEnricher,
  type Enricher,
  type EnrichOptions,
  type UnstampedCounts,
} from "../enrich/enrich.ts";
import { parsePrices } from "../enrich/price.ts";
import type { Pseudonymiser } from "../policy/pseudonym.ts";
import type { ContextSettings } from "./config-table.ts";
import type { LearnedPeople } from "./learned-people.ts";

export type TableName = "clearances" | "calendar" | "prices" | "classification";

/** A table as it is in force. */
export interface TableStatus {
  readonly table: TableName | "directory";
  /** The file, or the source whose origin has told. */
  readonly file: string;
  /** When its file was read, milliseconds since the epoch. */
  readonly loadedAt: number;
  /** When its file was last written. */
  readonly modifiedAt: number;
  /** Why the file as it is now could not be taken; the table before it is in force. */
  readonly problem?: string;
}

interface Loaded extends TableStatus {
  readonly table: TableName;
  readonly part: Partial<EnrichOptions>;
}

/** A table's file cannot be read. */
export class UnreadableTableError extends Error {
  override readonly name = "UnreadableTableError";
}

export interface ContextTablesOptions {
  readonly settings: ContextSettings;
  readonly hasher: Pseudonymiser;
  /** What sources know about people, where they run. */
  readonly people?: LearnedPeople;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

async function readTable(file: string): Promise<{ text: string; modifiedAt: number }> {
  try {
    const { mtimeMs } = await stat(file);
    return { text: await readFile(file, "utf8"), modifiedAt: mtimeMs };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableTableError(`${file} cannot be read: ${detail}`, { cause });
  }
}

export class ContextTables {
  readonly #options: ContextTablesOptions;
  readonly #loaded = new Map<TableName, Loaded>();
  #enricher: Enricher;
  /** Counts of enrichers that were replaced. */
  #before: Partial<Record<string, number>> = {};
  #classifiedBefore: ClassificationCounts | undefined;

  private constructor(options: ContextTablesOptions) {
    this.#options = options;
    this.#enricher = createEnricher({ hasher: options.hasher });
  }

  #directory(): Pick<EnrichOptions, "directory"> {
    const users = this.#options.people?.users();
    return users === undefined || users.size === 0 ? {} : { directory: users };
  }

  /** Reads all tables that the settings name; every problem of all of them fails it. */
  static async open(options: ContextTablesOptions): Promise<Result<ContextTables>> {
    const tables = new ContextTables(options);
    const diagnostics: Diagnostic[] = [];
    let ok = true;
    for (const [table, file] of tables.#named()) {
      const { text, modifiedAt } = await readTable(file);
      const part = tables.#parse(table, text, file);
      diagnostics.push(...part.diagnostics);
      ok &&= part.ok;
      if (part.ok) tables.#keep(table, file, modifiedAt, part.value);
    }
    if (!ok) return { ok: false, diagnostics };
    tables.renew();
    return { ok: true, value: tables, diagnostics };
  }

  #named(): readonly (readonly [TableName, string])[] {
    const { clearances, calendar, prices, classification } = this.#options.settings;
    const named = [
      ["clearances", clearances],
      ["calendar", calendar],
      ["prices", prices],
      ["classification", classification],
    ] as const;
    return named.flatMap(([table, file]) => (file === undefined ? [] : [[table, file] as const]));
  }

  #parse(table: TableName, text: string, file: string): Result<Partial<EnrichOptions>> {
    switch (table) {
      case "clearances": {
        const parsed = parseClearances(text, file, { hasher: this.#options.hasher });
        return parsed.ok ? { ...parsed, value: { clearances: parsed.value } } : parsed;
      }
      case "calendar": {
        const parsed = parseCalendar(text, file);
        return parsed.ok ? { ...parsed, value: { calendar: parsed.value } } : parsed;
      }
      case "prices": {
        const parsed = parsePrices(text, file);
        return parsed.ok ? { ...parsed, value: { prices: parsed.value } } : parsed;
      }
      case "classification": {
        const parsed = parseClassification(text, file);
        return parsed.ok ? { ...parsed, value: { classification: parsed.value } } : parsed;
      }
    }
  }

  #keep(table: TableName, file: string, modifiedAt: number, part: Partial<EnrichOptions>): void {
    this.#loaded.set(table, { table, file, loadedAt: this.#options.now(), modifiedAt, part });
  }

  /** Brings into force what was read, and what sources have learned about people. */
  renew(): void {
    for (const [reason, count] of Object.entries(this.#enricher.counts()))
      this.#before[reason] = (this.#before[reason] ?? 0) + count;
    this.#classifiedBefore = addCounts(this.#classifiedBefore, this.#enricher.classified());
    const parts = [...this.#loaded.values()].map(({ part }) => part);
    const { hasher } = this.#options;
    this.#enricher = createEnricher(Object.assign({ hasher }, this.#directory(), ...parts));
  }

  /** The tables in force. */
  get enricher(): Enricher {
    return this.#enricher;
  }

  /** Events so far that lack a stamp, by reason. */
  counts(): UnstampedCounts {
    const entries = Object.entries(this.#enricher.counts());
    return Object.fromEntries(
      entries.map(([reason, count]) => [reason, count + (this.#before[reason] ?? 0)]),
    ) as unknown as UnstampedCounts;
  }

  /** How events got their class of data so far; nothing while no table has been in force. */
  classified(): ClassificationCounts | undefined {
    return addCounts(this.#classifiedBefore, this.#enricher.classified());
  }

  /**
   * Looks whether files changed and takes those that did. A file that became bad leaves the table
   * before it in force.
   *
   * @returns What is wrong with files that could not be taken, each told once.
   */
  async refresh(): Promise<readonly string[]> {
    const told: string[] = [];
    let changed = false;
    for (const [name, before] of this.#loaded) {
      const problem = await this.#refreshOne(before).catch((cause: unknown) =>
        cause instanceof Error ? cause.message : String(cause),
      );
      if (problem === "taken") changed = true;
      else if (problem !== "same" && problem !== before.problem) {
        this.#loaded.set(name, { ...before, problem });
        told.push(problem);
      }
    }
    if (changed) this.renew();
    return told;
  }

  async #refreshOne({ table, file, modifiedAt, problem }: Loaded): Promise<string> {
    const { mtimeMs } = await stat(file);
    if (mtimeMs === modifiedAt && problem === undefined) return "same";
    const now = await readTable(file);
    const part = this.#parse(table, now.text, file);
    if (part.ok) {
      this.#keep(table, file, now.modifiedAt, part.value);
      return "taken";
    }
    const [first] = part.diagnostics;
    const place = first === undefined ? file : `${file}:${first.span.line}:${first.span.column}`;
    return `${place}: ${first?.message ?? "it cannot be read"}; the table before stays in force`;
  }

  status(): readonly TableStatus[] {
    const files = [...this.#loaded.values()].map(({ part: _, ...status }) => status);
    const learned = (this.#options.people?.status() ?? []).map(({ source, at }) => ({
      table: "directory" as const,
      file: `source ${source}`,
      loadedAt: at,
      modifiedAt: at,
    }));
    return [...files, ...learned];
  }
}

/** The tables that context is stamped from, read at the start and again when their files change. */
import { readFile, stat } from "node:fs/promises";
import { resolvePath } from "../config/path.ts";
import type { Diagnostic, Result } from "../diagnostic/diagnostic.ts";
import { parseCalendar } from "../enrich/calendar.ts";
import { addCounts, type ClassificationCounts } from "../enrich/classify.ts";
import { parseClassification } from "../enrich/classify-table.ts";
import { type ClearanceTable, parseClearances } from "../enrich/clearance.ts";
import {
  createEnricher,
  type Enricher,
  type EnrichOptions,
  type UnstampedCounts,
} from "../enrich/enrich.ts";
import { parsePrices } from "../enrich/price.ts";
import { parseScimSettings } from "../enrich/scim.ts";
import { readScimExport } from "../enrich/scim-export.ts";
import type { Pseudonymiser } from "../policy/pseudonym.ts";
import type { ContextSettings } from "./config-table.ts";
import type { LearnedPeople } from "./learned-people.ts";

export type TableName = "clearances" | "scim" | "calendar" | "prices" | "classification";

/** A table as it is in force. */
export interface TableStatus {
  readonly table: TableName | "directory";
  /** The file, or the source whose origin has told. */
  readonly file: string;
  /** When its file was read, milliseconds since the epoch. */
  readonly loadedAt: number;
  /** When its file was last written; of several files the one that is oldest. */
  readonly modifiedAt: number;
  /** Why the file as it is now could not be taken; the table before it is in force. */
  readonly problem?: string;
}

interface Loaded extends TableStatus {
  readonly table: TableName;
  readonly part: Partial<EnrichOptions>;
  /** Every file that was read for it, with the time when it was written. */
  readonly times: FileTimes;
}

type FileTimes = ReadonlyMap<string, number>;

/** Reads files of one table and notes when they were written, before they are read. */
class TableFiles {
  readonly times = new Map<string, number>();

  async read(file: string): Promise<string> {
    try {
      this.times.set(file, (await stat(file)).mtimeMs);
      return await readFile(file, "utf8");
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new UnreadableTableError(`${file} cannot be read: ${detail}`, { cause });
    }
  }
}

async function isUnchanged(times: FileTimes): Promise<boolean> {
  for (const [file, time] of times) if ((await stat(file)).mtimeMs !== time) return false;
  return true;
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
      const files = new TableFiles();
      const part = await tables.#parse(table, file, files);
      diagnostics.push(...part.diagnostics);
      ok &&= part.ok;
      if (part.ok) tables.#keep(table, file, files.times, part.value);
    }
    if (!ok) return { ok: false, diagnostics };
    tables.renew();
    return { ok: true, value: tables, diagnostics };
  }

  #named(): readonly (readonly [TableName, string])[] {
    const { clearances, scim, calendar, prices, classification } = this.#options.settings;
    const named = [
      ["clearances", clearances],
      ["scim", scim],
      ["calendar", calendar],
      ["prices", prices],
      ["classification", classification],
    ] as const;
    return named.flatMap(([table, file]) => (file === undefined ? [] : [[table, file] as const]));
  }

  async #parse(
    table: TableName,
    file: string,
    files: TableFiles,
  ): Promise<Result<Partial<EnrichOptions>>> {
    const text = await files.read(file);
    switch (table) {
      case "clearances": {
        const parsed = parseClearances(text, file, { hasher: this.#options.hasher });
        return parsed.ok ? { ...parsed, value: { clearances: parsed.value } } : parsed;
      }
      case "scim": {
        const parsed = await this.#readScim(text, file, files);
        return parsed.ok ? { ...parsed, value: { scim: parsed.value } } : parsed;
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

  async #readScim(text: string, file: string, files: TableFiles): Promise<Result<ClearanceTable>> {
    const parsed = parseScimSettings(text, file);
    if (!parsed.ok) return parsed;
    const [users, groups] = [parsed.value.users, parsed.value.groups].map((path) =>
      resolvePath(file, path),
    ) as [string, string];
    const exports = {
      users: { file: users, text: await files.read(users) },
      groups: { file: groups, text: await files.read(groups) },
    };
    const table = readScimExport(parsed.value, exports, this.#options.hasher);
    return { ...table, diagnostics: [...parsed.diagnostics, ...table.diagnostics] };
  }

  #keep(table: TableName, file: string, times: FileTimes, part: Partial<EnrichOptions>): void {
    const modifiedAt = Math.min(...times.values());
    this.#loaded.set(table, {
      table,
      file,
      loadedAt: this.#options.now(),
      modifiedAt,
      part,
      times,
    });
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

  async #refreshOne({ table, file, times, problem }: Loaded): Promise<string> {
    if (problem === undefined && (await isUnchanged(times))) return "same";
    const files = new TableFiles();
    const part = await this.#parse(table, file, files);
    if (part.ok) {
      this.#keep(table, file, files.times, part.value);
      return "taken";
    }
    const [first] = part.diagnostics;
    const { file: where = file, line = 1, column = 1 } = first?.span ?? {};
    const place = `${where}:${line}:${column}`;
    return `${place}: ${first?.message ?? "it cannot be read"}; the table before stays in force`;
  }

  status(): readonly TableStatus[] {
    const files = [...this.#loaded.values()].map(({ part: _, times: __, ...status }) => status);
    const learned = (this.#options.people?.status() ?? []).map(({ source, at }) => ({
      table: "directory" as const,
      file: `source ${source}`,
      loadedAt: at,
      modifiedAt: at,
    }));
    return [...files, ...learned];
  }
}

/**
 * What a request cost: a dated price table and the arithmetic on an event's tokens.
 *
 *     id: list-2026
 *     currency: USD
 *     prices:
 *       - {model: claude-sonnet-4, effective_from: 2025-05-22, input: 3, output: 15,
 *          cache_read: 0.3, cache_write: 3.75}
 */
import { type Diagnostic, fail, type Result, report, resultOf } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import type { AuditEvent } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { parseCalendarDate } from "./calendar.ts";

const MS_PER_DAY = 86_400_000;
const MODELS_REMEMBERED = 512;

/** Prices of one model from one day on, in US dollars per million tokens. */
export interface PriceRow {
  /** A model name or the beginning of several. */
  readonly model: string;
  /** `YYYY-MM-DD`; the row holds from midnight UTC. */
  readonly effective_from: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

interface DatedRow extends PriceRow {
  readonly fromMs: number;
  readonly price_ref: string;
}

/** Whether a row's name stands for a model: `claude-opus-4` for `claude-opus-4-1`, not for `claude-opus-41`. */
function isPrefixOf(name: string, model: string): boolean {
  if (!model.startsWith(name)) return false;
  const joint = model.slice(name.length - 1, name.length + 1);
  return !/^[A-Za-z0-9]{2}$/.test(joint);
}

/** A price table. */
export class PriceTable {
  readonly id: string;
  /** Longest name first, then latest date first: the first row that fits is the right one. */
  readonly #rows: readonly DatedRow[];
  /** The rows of models seen; bounded, because model names come from outside. */
  readonly #rowsOfModel = new Map<string, readonly DatedRow[]>();

  constructor(id: string, rows: readonly PriceRow[]) {
    this.id = id;
    this.#rows = rows
      .map((row) => ({
        ...row,
        fromMs: (parseCalendarDate(row.effective_from) ?? Number.NaN) * MS_PER_DAY,
        price_ref: `${id}@${row.effective_from}`,
      }))
      .sort((a, b) => b.model.length - a.model.length || b.fromMs - a.fromMs);
  }

  /** Rows that name the model, in order of precedence, whatever their date. */
  rowsFor(model: string): readonly DatedRow[] {
    const known = this.#rowsOfModel.get(model);
    if (known) return known;
    const rows = this.#rows.filter((row) => isPrefixOf(row.model, model));
    if (this.#rowsOfModel.size >= MODELS_REMEMBERED) this.#rowsOfModel.clear();
    this.#rowsOfModel.set(model, rows);
    return rows;
  }
}

/** Why an event with tokens has no price. */
export type Unpriced = "no_model" | "model_not_priced" | "no_price_in_force";

/** What an event cost. */
export interface Cost {
  /** US dollars, rounded to 1e-6. */
  readonly cost_usd: number;
  /** Table and day of the row, such as `list-2026@2025-05-22`, so that the sum can be checked. */
  readonly price_ref: string;
}

/**
 * The cost of one event: the row with the longest matching name among those in force at the event's
 * timestamp. `token_input` includes what the cache read and wrote; only the rest is charged as input.
 *
 * @param epochMs The timestamp of the event, when the caller has it as a number.
 * @returns `undefined` for an event without tokens, which has nothing to charge.
 */
export function costOf(
  prices: PriceTable,
  event: AuditEvent,
  epochMs: number = canonicalTimeMs(event.timestamp),
): Cost | Unpriced | undefined {
  const input = event.token_input ?? 0;
  const output = event.token_output ?? 0;
  const read = event.token_cache_read ?? 0;
  const write = event.token_cache_write ?? 0;
  if (input + output + read + write === 0) return undefined;
  if (event.model_version === undefined) return "no_model";
  const rows = prices.rowsFor(event.model_version);
  if (rows.length === 0) return "model_not_priced";
  const row = rows.find((candidate) => candidate.fromMs <= epochMs);
  if (row === undefined) return "no_price_in_force";
  // Producers that leave the cache out of token_input must not earn a rebate.
  const uncached = Math.max(0, input - read - write);
  const microUsd =
    uncached * row.input + output * row.output + read * row.cache_read + write * row.cache_write;
  return { cost_usd: Math.round(microUsd) / 1_000_000, price_ref: row.price_ref };
}

const AMOUNT = { min: 0, max: 1_000_000 } as const;

function parseRow(
  node: YamlNode,
  lineOfRow: Map<string, number>,
  diagnostics: Diagnostic[],
): PriceRow | undefined {
  const reader = MapReader.of(node, "a price", diagnostics);
  if (reader === undefined) return undefined;
  const model = reader.string("model");
  const date = reader.string("effective_from");
  const input = reader.number("input", AMOUNT);
  const output = reader.number("output", AMOUNT);
  const read = reader.number("cache_read", AMOUNT);
  const write = reader.number("cache_write", AMOUNT);
  reader.done();
  if (date !== undefined && parseCalendarDate(date) === undefined) {
    const span = reader.spanOf("effective_from");
    diagnostics.push(report(contextMessage.badDate, span, { text: date }));
    return undefined;
  }
  if (model === undefined || date === undefined) return undefined;
  const line = lineOfRow.get(`${date} ${model}`);
  const span = reader.spanOf("model");
  if (line !== undefined) {
    diagnostics.push(report(contextMessage.duplicatePrice, span, { model, date, line }));
    return undefined;
  }
  lineOfRow.set(`${date} ${model}`, span.line);
  if (input === undefined || output === undefined || read === undefined || write === undefined)
    return undefined;
  return { model, effective_from: date, input, output, cache_read: read, cache_write: write };
}

/**
 * Parses a price table.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The table, or every problem (codes C505, C520, Y1xx) with its place.
 */
export function parsePrices(text: string, file: string): Result<PriceTable> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return fail(yaml.diagnostics);
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const root = MapReader.of(yaml.value, "a price table", diagnostics);
  const id = root?.string("id");
  root?.choice("currency", ["USD"]);
  const lineOfRow = new Map<string, number>();
  const rows = root?.list("prices")?.items.map((node) => parseRow(node, lineOfRow, diagnostics));
  root?.done();
  const kept = (rows ?? []).filter((row) => row !== undefined);
  return resultOf(new PriceTable(id ?? "", kept), diagnostics);
}

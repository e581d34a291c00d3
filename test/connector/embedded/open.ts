/** Embedded sinks in folders of their own, with rules and a clock of the test's choice. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as api from "@duckdb/node-api";
import { type EmbeddedSink, openEmbedded } from "../../../src/connector/embedded/kind.ts";
import type { EmbeddedOptions } from "../../../src/connector/embedded/options.ts";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { JournaledEvent } from "../../../src/delivery/sink.ts";
import type { LiveAlert } from "../../../src/engine/live-detection.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { START } from "../../conformance/event.ts";
import { loadRule } from "../../engine/rules.ts";

export const DAY = 86_400_000;

const defaults: EmbeddedOptions = {
  path: undefined,
  keep: 45 * DAY,
  detect_every: DAY,
  rules: "all",
  content: undefined,
  alerts: undefined,
  memory_limit: 256 * 2 ** 20,
  threads: 1,
};

export const never = (): AbortSignal => new AbortController().signal;

/** A folder that sinks come and go in, as over restarts of a connector. */
export class Ground {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-embedded-"));
  readonly warnings: string[] = [];
  /** What time it is. */
  now: number = START;
  /** How long the engine takes to open the file, milliseconds more than it needs. */
  openMs = 0;
  readonly #open: EmbeddedSink[] = [];

  get path(): string {
    return join(this.folder, "events.duckdb");
  }

  open(rules: readonly RuleIr[] = [], options: Partial<EmbeddedOptions> = {}): EmbeddedSink {
    const tools = {
      name: "store",
      now: () => this.now,
      random: () => new Uint8Array(0),
      readSecret: () => "",
      folder: this.folder,
      warn: (message: string) => this.warnings.push(message),
    };
    const create = async (
      ...given: Parameters<typeof api.DuckDBInstance.create>
    ): Promise<api.DuckDBInstance> => {
      if (this.openMs > 0) await new Promise((resolve) => setTimeout(resolve, this.openMs));
      return api.DuckDBInstance.create(...given);
    };
    const slow = { ...api, DuckDBInstance: { create } } as unknown as typeof api;
    const sink = openEmbedded({ ...defaults, ...options }, tools, slow, rules);
    this.#open.push(sink);
    return sink;
  }

  /** What alerts.ndjson holds. */
  get alerts(): readonly LiveAlert[] {
    const path = join(this.folder, "alerts.ndjson");
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as LiveAlert);
  }

  async clear(): Promise<void> {
    await Promise.all(this.#open.map((sink) => sink.close()));
    rmSync(this.folder, { recursive: true });
  }
}

/** Sends records in one batch. */
export function send(
  sink: EmbeddedSink,
  records: readonly JournaledEvent[],
): Promise<readonly RecordOutcome[]> {
  const batch = records.map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
  return sink.send(batch, never());
}

/** event_ids that the store holds, sorted; duplicates repeat. */
export async function heldIds(sink: EmbeddedSink): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of sink.inventory?.eventIds(0, START + 1e12, never()) ?? []) ids.push(id);
  return ids.sort();
}

/** A shipped rule with other values of its parameters. */
export const rule: typeof loadRule = loadRule;

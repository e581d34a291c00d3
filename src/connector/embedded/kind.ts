/** The sink kind `embedded`: a SIEM on this machine. Keeps events, runs the rules, raises alerts. */
import { access, constants, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type {
  CheckFinding,
  EncodedRecord,
  Inventory,
  JournaledEvent,
  Sink,
  SinkKind,
  SinkTools,
} from "../../delivery/sink.ts";
import type { EventTable } from "../../engine/event-reader.ts";
import type { DuckdbApi } from "../../engine/event-store.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { hasCode } from "../../journal/file-system.ts";
import { thisProcess } from "../../journal/lock.ts";
import { windowOf } from "../../rule/detection.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { canonicalJson } from "../../sink/canonical-json.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { packageRoot } from "../version.ts";
import { AlertFile } from "./alert-file.ts";
import { loadEngine } from "./engine.ts";
import { failedOutcome, isAboutRecords, reasonOf } from "./failure.ts";
import { HeldStore, type OpenStore } from "./held-store.ts";
import { type EmbeddedOptions, embeddedOptions } from "./options.ts";
import { Patrol } from "./patrol.ts";
import { selectLiveRules } from "./rules.ts";

const MINUTE_MS = 60_000;
const IDS_PAGE = 20_000;
const FREE_BYTES_MIN = 1024 ** 3;
/** How long closing waits for the last run of the rules. */
const CLOSE_MS_MAX = 10_000;

function encodeRecord(record: JournaledEvent): EncodedRecord {
  const body = canonicalJson(record);
  const { event_id, timestamp } = record.event;
  const bytes = Buffer.byteLength(body);
  return { seq: record.seq, event_id, body, bytes, time: canonicalTimeMs(timestamp) };
}

function inventoryOf(held: HeldStore, keptFrom: () => number): Inventory {
  return {
    keptFrom: async () => keptFrom(),
    countByMinute: async (from, to) => {
      const { store } = await held.get();
      const rows = await store.query(
        `SELECT CAST(floor(ts / ${MINUTE_MS}) AS BIGINT) * ${MINUTE_MS} AS minute, count(*) AS records, ` +
          "count(DISTINCT event_id) AS known FROM record WHERE ts >= ? AND ts < ? GROUP BY minute ORDER BY minute",
        [from, to],
      );
      return rows.map((row) => ({
        minute: Number(row["minute"]),
        records: Number(row["records"]),
        distinct: Number(row["known"]),
      }));
    },
    eventIds: async function* (from, to, signal) {
      const { store } = await held.get();
      for (let place = 0; !signal.aborted; ) {
        const rows = await store.query(
          `SELECT ord, event_id FROM record WHERE ts >= ? AND ts < ? AND ord > ? ORDER BY ord LIMIT ${IDS_PAGE}`,
          [from, to, place],
        );
        for (const row of rows) yield String(row["event_id"]);
        if (rows.length < IDS_PAGE) return;
        place = Number(rows.at(-1)?.["ord"]);
      }
    },
  };
}

/** Rules that look back further than events are kept. */
function shortSighted(rules: readonly RuleIr[], keep: number): readonly string[] {
  return rules
    .filter(({ detection }) => windowOf(detection) > keep)
    .map(
      ({ name, detection }) =>
        `the rule ${name} looks back ${formatDuration(windowOf(detection))}, but events are kept for ${formatDuration(keep)}`,
    );
}

async function check(
  held: HeldStore,
  path: string,
  troubles: readonly string[],
): Promise<readonly CheckFinding[]> {
  try {
    const folder = await existing(dirname(path));
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const space: CheckFinding = {
      status: free >= FREE_BYTES_MIN ? "ok" : "warning",
      what: `${Math.floor(free / 2 ** 20)} MiB are free`,
      ...(free < FREE_BYTES_MIN && { instruction: "Free space, or lower keep." }),
    };
    const holder = held.isOpen ? undefined : await held.holder();
    const state =
      holder === undefined
        ? await checkFile(held, path)
        : `${path} is open in process ${holder.pid}, which is the connector when it runs`;
    return [
      { status: "ok", what: state },
      space,
      ...troubles.map(
        (what): CheckFinding => ({ status: "warning", what, instruction: "Raise keep." }),
      ),
    ];
  } catch (cause) {
    const outcome = failedOutcome(path, cause, 1);
    const instruction =
      outcome.kind === "hold" ? outcome.instruction : "Look at the file and its folder.";
    return [{ status: "failed", what: `${path}: ${reasonOf(cause)}`, instruction }];
  }
}

/** The nearest folder above that is there: a check makes nothing that another user could not write. */
async function existing(folder: string): Promise<string> {
  const above = dirname(folder);
  return above === folder || (await isThere(folder)) ? folder : existing(above);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return false;
    throw cause;
  }
}

async function checkFile(held: HeldStore, path: string): Promise<string> {
  if (!(await isThere(path))) return `${path} is made with the first event`;
  const wasOpen = held.isOpen;
  const { store } = await held.get();
  const [row] = await store.query("SELECT count(*) AS events FROM record");
  if (!wasOpen) await held.close();
  return `${path} can be read and written; it holds ${row?.["events"]} events`;
}

/** Resolves when `work` does or `signal` aborts, whichever is first; the work goes on. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal, given: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const onAbort = (): void => resolve(given);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const result = await Promise.race([work, promise]);
  signal.removeEventListener("abort", onAbort);
  return result;
}

/** What a page reads of the store. */
export interface StoreView {
  readonly rules: readonly RuleIr[];
  /** Place of the event that arrived last. */
  readonly arrived: () => Promise<number>;
  /** Alerts that were told since the start. */
  readonly alertsTold: () => number;
  readonly read: <T>(work: (table: EventTable) => Promise<T>) => Promise<T>;
}

/** A sink, what a page reads of it, and a hand on its detection for tests. */
export interface EmbeddedSink extends Sink {
  readonly view: StoreView;
  /** Runs the rules now. */
  readonly judge: () => Promise<void>;
}

export function isEmbedded(sink: Sink): sink is EmbeddedSink {
  return sink.kind === "embedded" && "view" in sink;
}

/** An embedded sink with rules of the caller's choice. */
export function openEmbedded(
  options: EmbeddedOptions,
  tools: SinkTools,
  api: DuckdbApi,
  rules: readonly RuleIr[],
): EmbeddedSink {
  const { folder, now, warn, name } = tools;
  const path = options.path ?? join(folder, "events.duckdb");
  const { memory_limit: memoryLimit, threads, keep, detect_every: every } = options;
  const held = new HeldStore({ api, path, memoryLimit, threads, rules, owner: thisProcess() });
  const file = new AlertFile(options.alerts ?? join(folder, "alerts.ndjson"));
  const patrol = new Patrol({ held, rules, file, keep, every, now, warn });
  const write = async (batch: readonly EncodedRecord[]): Promise<readonly RecordOutcome[]> => {
    let open: OpenStore | undefined;
    try {
      open = await held.get();
      const repeated = await open.store.append(batch);
      return repeated.map((duplicate) => ({ kind: "delivered", ...(duplicate && { duplicate }) }));
    } catch (cause) {
      if (open !== undefined && !isAboutRecords(cause)) await held.drop(open);
      return forAll(batch.length, failedOutcome(path, cause, batch.length));
    } finally {
      patrol.noteSend();
    }
  };
  const troubles = shortSighted(rules, keep);
  return {
    name,
    kind: "embedded",
    target: path,
    limits: { recordsMax: 5000, bytesMax: 4_194_304, overheadBytes: 96 },
    encode: encodeRecord,
    send: (batch, signal) => {
      const given = forAll(batch.length, { kind: "retry", reason: "the attempt was given up" });
      return orAborted(write(batch), signal, given);
    },
    check: () => check(held, path, troubles),
    inventory: inventoryOf(held, () => now() - keep),
    start: () => {
      for (const trouble of troubles) warn(`${trouble}; raise keep`);
      patrol.start();
    },
    report: () => patrol.report(),
    judge: () => patrol.run(),
    view: {
      rules,
      arrived: async () => (await held.get()).store.arrived,
      alertsTold: () => patrol.told,
      read: async (work) => work(await (await held.get()).store.reader()),
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref());
      const work = patrol
        .stop()
        .then(() => file.close())
        .then(() => held.close());
      await Promise.race([work, late]);
    },
  };
}

export const embeddedKind: SinkKind<EmbeddedOptions> = {
  kind: "embedded",
  summary:
    "Keeps events in a DuckDB file on this machine and runs the rules over them as they come in: alerts are on the status page, in metrics, in the log and in a file.",
  options: embeddedOptions,
  open: async (options, tools) => {
    const api = await loadEngine();
    const rules = selectLiveRules(packageRoot, options, tools.now(), tools.warn);
    return openEmbedded(options, tools, api, rules);
  },
};

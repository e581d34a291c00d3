/**
 * Kills a whole connector again and again while events flow, and judges it in the end: http source,
 * journal, and sinks to Splunk, to a webhook and to files.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCursors } from "../../src/journal/cursor.ts";
import { nodeFileSystem } from "../../src/journal/file-system.ts";
import { seededRandom } from "../event/random-event.ts";
import { Child } from "./child.ts";
import { OPERATIONS } from "./crash-point.ts";
import { pause } from "./ground.ts";
import { deadLetterIds, judge, leadingCursors, type Standstill, type Verdict } from "./oracle.ts";
import { archive, type Product, splunk, webhook } from "./product.ts";
import { Sender } from "./sender.ts";

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** Folder in which Node keeps compiled code, so that a start takes a third of the time. */
  readonly compileCache: string;
  /** Called after each kill. */
  readonly onKill?: () => void;
  /** Ends the run before its last kill; it is judged all the same. */
  readonly signal?: AbortSignal;
}

export interface CrashReport {
  readonly verdict: Verdict;
  readonly kills: number;
  /** Kills by what decided their moment. */
  readonly moments: Readonly<Record<string, number>>;
  /** Duplicates that followed one kill, at most. */
  readonly duplicatesMost: number;
}

/** What decides when the process is killed. */
const MOMENTS = ["time", "start", "operation", "request", "taken", "acknowledged", "idle"] as const;
type Moment = (typeof MOMENTS)[number];

/** A kill that did not come at its moment comes then, milliseconds after events flow. */
const LATEST_MS = 250;
/** Now and then everything is delivered before a kill: otherwise the backlog would only grow. */
const IDLE_EVERY = 6;
const FLOW_MS_MAX = 120;
const START_MS_MAX = 400;

/** Lives are short, and a cursor is written once a second: so seconds are short too. */
const SPEED = 20;
const delivery = {
  batch_age: "50ms",
  backoff: "200ms",
  backoff_max: "1s",
  hold_probe: "2s",
} as const;

interface Scene {
  readonly folder: string;
  readonly config: string;
  readonly environment: Record<string, string>;
  readonly random: () => number;
  readonly sender: Sender;
  readonly splunk: Awaited<ReturnType<typeof splunk>>;
  readonly webhook: Awaited<ReturnType<typeof webhook>>;
  readonly archive: Product;
}

async function openScene(seed: number, compileCache: string): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-crash-"));
  const environment: Record<string, string> = {
    CLAUDE_SIEM_KEY: randomBytes(32).toString("hex"),
    NODE_COMPILE_CACHE: compileCache,
    SPEED: String(SPEED),
  };
  const site = { folder, environment };
  const random = seededRandom(seed);
  const scene: Scene = {
    ...{ folder, environment, random },
    config: join(folder, "claude-siem.yaml"),
    sender: new Sender(random),
    splunk: await splunk(site),
    webhook: await webhook(site),
    archive: await archive(site),
  };
  writeFileSync(scene.config, JSON.stringify(configurationOf(scene)));
  return scene;
}

function productsOf({ splunk, webhook, archive }: Scene): readonly Product[] {
  return [splunk, webhook, archive];
}

function configurationOf(scene: Scene): object {
  return {
    version: 1,
    data_dir: join(scene.folder, "data"),
    pseudonym: { key: { env: "CLAUDE_SIEM_KEY" } },
    journal: { disk_free_min: "0B", segment_size: "1MiB" },
    server: { enabled: false },
    sources: [{ name: "in", kind: "http", listen: "127.0.0.1:0" }],
    sinks: productsOf(scene).map(({ settings }) => ({ ...settings, delivery })),
  };
}

const journalOf = ({ folder }: Scene): string => join(folder, "data", "journal");

/** Arranges that the child is killed at a moment, counted from when events begin to flow. */
function arm(scene: Scene, moment: Moment, child: Child): void {
  const { random, sender, webhook, splunk } = scene;
  let left = 1 + Math.floor(random() * 12);
  const count = (): void => {
    left -= 1;
    if (left === 0) child.kill();
  };
  if (moment === "acknowledged") sender.onAcknowledged = count;
  if (moment === "taken") webhook.onTaken = count;
  if (moment === "request") {
    const none = { kind: "empty" } as const;
    // The fault never applies; asking whether it does tells that a request has come.
    void splunk.fake.server.inject(none, () => {
      count();
      return false;
    });
  }
}

/** Something may be wrong with the receivers too. */
async function disturb({ random, splunk, webhook }: Scene): Promise<void> {
  if (random() < 0.8) return;
  const product = random() < 0.5 ? splunk : webhook;
  const faults = [
    { kind: "reset-stored" },
    { kind: "hang-stored" },
    { kind: "status", status: 503 },
    { kind: "status", status: 401 },
  ] as const;
  const fault = faults[Math.floor(random() * faults.length)] ?? faults[0];
  await product.inject?.(fault, 1 + Math.floor(random() * 3));
}

async function calm(scene: Scene): Promise<void> {
  scene.sender.onAcknowledged = () => {};
  scene.webhook.onTaken = () => {};
  for (const product of productsOf(scene)) await product.heal();
}

function latestOf(moment: Moment, random: () => number): number {
  if (moment === "time") return random() * FLOW_MS_MAX;
  return moment === "idle" ? 60_000 : LATEST_MS;
}

/** One life of the connector, from its start to its kill. */
async function live(scene: Scene, moment: Moment): Promise<void> {
  const { random, sender, config, environment } = scene;
  const operation = OPERATIONS[Math.floor(random() * OPERATIONS.length)] ?? "any";
  const number = 1 + Math.floor(random() ** 2 * (operation === "any" ? 300 : 60));
  const when = random() < 0.5 ? "before" : "after";
  const crashAt = moment === "operation" ? { CRASH_AT: `${operation} ${number} ${when}` } : {};
  const child = new Child(config, { ...environment, ...crashAt });
  const early = setTimeout(
    () => child.kill(),
    moment === "start" ? random() * START_MS_MAX : 60_000,
  );
  const address = await child.line("ready");
  if (address !== undefined) {
    await disturb(scene);
    arm(scene, moment, child);
    const late = setTimeout(() => child.kill(), latestOf(moment, random));
    const flowing = new AbortController();
    const poured = sender.pour(address, flowing.signal);
    if (moment === "idle") {
      await pause(random() * FLOW_MS_MAX);
      flowing.abort();
      child.tell("catch");
      if (
        await Promise.race([child.line("caught").then(() => false), pause(30_000).then(() => true)])
      )
        throw new Error(`it does not catch up: ${child.errors}`);
      await pause(random() * 60);
      child.kill();
    }
    await child.gone;
    flowing.abort();
    await poured;
    clearTimeout(late);
  }
  await child.gone;
  clearTimeout(early);
  await calm(scene);
  if (child.signal !== "SIGKILL")
    throw new Error(`the connector ended by itself: ${await child.line("failed")} ${child.errors}`);
}

/** How far cursors were when nothing ran. Files are read each time, so they are looked at now and then. */
async function standstill(scene: Scene, withFiles: boolean): Promise<readonly Standstill[]> {
  const folder = journalOf(scene);
  const moments: Standstill[] = [];
  for (const { name, position } of await listCursors(nodeFileSystem, folder)) {
    const product = productsOf(scene).find((one) => one.name === name);
    if (position === undefined || product === undefined) continue;
    if (product === scene.archive && !withFiles) continue;
    const { seq: cursor, aheadRanges } = position;
    const held = product.held().length;
    const letters = await deadLetterIds(folder, name);
    moments.push({ sink: name, cursor, aheadRanges, held, letters });
  }
  return moments;
}

/** Counts arrivals beyond the first of each record at products that remember. */
class DuplicateCount {
  readonly #seen = new Map<string, Set<number>>();
  readonly #counted = new Map<string, number>();
  most = 0;

  /** Looks at what came since the last time. */
  look(products: readonly Product[]): void {
    for (const product of products) {
      const seen = this.#seen.get(product.name) ?? new Set();
      this.#seen.set(product.name, seen);
      const held = product.held();
      let duplicates = 0;
      for (const { seq } of held.slice(this.#counted.get(product.name) ?? 0)) {
        if (seen.has(seq)) duplicates += 1;
        seen.add(seq);
      }
      this.#counted.set(product.name, held.length);
      this.most = Math.max(this.most, duplicates);
    }
  }
}

/** A last life without a kill, in which everything is delivered. */
async function finish({ config, environment, sender }: Scene): Promise<void> {
  const child = new Child(config, environment);
  const address = await child.line("ready");
  if (address === undefined) throw new Error(`it does not start: ${child.errors}`);
  await sender.send(address, 1);
  child.tell("finish");
  const finished = await Promise.race([child.line("finished"), pause(60_000)]);
  if (finished === undefined) {
    child.kill();
    throw new Error(`it does not finish: ${child.errors}`);
  }
  await child.gone;
}

export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, compileCache, onKill, signal } = options;
  const scene = await openScene(seed, compileCache);
  try {
    const counted: Record<string, number> = {};
    const moments: Standstill[] = [];
    const duplicates = new DuplicateCount();
    // Node writes its cache only at an end that is not a kill.
    await finish(scene);
    let done = 0;
    for (; done < kills && signal?.aborted !== true; done += 1) {
      const chosen = MOMENTS[Math.floor(scene.random() * (MOMENTS.length - 1))] ?? "time";
      const moment = done % IDLE_EVERY === IDLE_EVERY - 1 ? "idle" : chosen;
      await live(scene, moment);
      counted[moment] = (counted[moment] ?? 0) + 1;
      moments.push(...(await standstill(scene, done % 10 === 0)));
      duplicates.look([scene.splunk, scene.webhook]);
      onKill?.();
    }
    await finish(scene);
    const accounts = productsOf(scene).map((product) => product.account());
    const judged = await judge(journalOf(scene), scene.sender.offered, accounts);
    const led = await leadingCursors(journalOf(scene), accounts, moments);
    const verdict = { ...judged, problems: [...judged.problems, ...led] };
    return { verdict, kills: done, moments: counted, duplicatesMost: duplicates.most };
  } finally {
    for (const product of productsOf(scene)) await product.close();
    rmSync(scene.folder, { recursive: true, force: true });
  }
}

/**
 * Kills a whole connector again and again while events flow, and judges it in the end: http source,
 * journal, and sinks to Splunk, to a webhook and to files.
 */
import type { Child } from "./child.ts";
import { OPERATIONS } from "./crash-point.ts";
import { pause, within } from "./ground.ts";
import type { Verdict } from "./oracle.ts";
import type { Product } from "./product.ts";
import { Scene } from "./scene.ts";

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
const MOMENTS = ["time", "start", "operation", "request", "taken", "acknowledged"] as const;
type Moment = (typeof MOMENTS)[number] | "idle";

/** A kill that did not come at its moment comes then, milliseconds after events flow. */
const LATEST_MS = 250;
/** Now and then everything is delivered before a kill: otherwise the backlog would only grow. */
const IDLE_EVERY = 6;
const FLOW_MS_MAX = 120;
const IDLE_MS_MAX = 60;
const START_MS_MAX = 400;
const CATCH_UP_MS_MAX = 30_000;

/** Lives are short, and a cursor is written once a second: so seconds are short too. */
const SPEED = "20";
const delivery = {
  batch_age: "50ms",
  backoff: "200ms",
  backoff_max: "1s",
  hold_probe: "2s",
} as const;

/** Arranges that the child is killed at a moment, counted from when events begin to flow. */
async function arm(scene: Scene, moment: Moment, child: Child): Promise<void> {
  const { random, sender, webhook, splunk } = scene;
  let left = 1 + Math.floor(random() * 12);
  const count = (): void => {
    left -= 1;
    if (left === 0) child.kill();
  };
  if (moment === "acknowledged") sender.onAcknowledged = count;
  if (moment === "taken") webhook.onTaken = count;
  if (moment === "request") {
    // The fault never applies; asking whether it does tells that a request has come.
    await splunk.fake.server.inject({ kind: "empty" }, () => {
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

/** Variables of a child that kills itself at an operation on files. */
function crashPoint(random: () => number): Readonly<Record<string, string>> {
  const operation = OPERATIONS[Math.floor(random() * OPERATIONS.length)] ?? "any";
  const number = 1 + Math.floor(random() ** 2 * (operation === "any" ? 300 : 60));
  return { CRASH_AT: `${operation} ${number} ${random() < 0.5 ? "before" : "after"}` };
}

/** Events flow until the child is killed. */
async function flow(scene: Scene, moment: Moment, child: Child, address: string): Promise<void> {
  const { random, sender } = scene;
  await disturb(scene);
  await arm(scene, moment, child);
  const flowing = new AbortController();
  const poured = sender.pour(address, flowing.signal);
  if (moment === "idle") {
    await pause(random() * FLOW_MS_MAX);
    flowing.abort();
    await poured;
    child.tell("catch");
    if ((await within(CATCH_UP_MS_MAX, child.line("caught"))) === undefined)
      throw new Error(`it does not catch up: ${child.errors}`);
    await pause(random() * IDLE_MS_MAX);
    child.kill();
  } else {
    await Promise.race([child.gone, pause(moment === "time" ? random() * FLOW_MS_MAX : LATEST_MS)]);
    child.kill();
  }
  await child.gone;
  flowing.abort();
  await poured;
}

/** One life of the connector, from its start to its kill. */
async function live(scene: Scene, moment: Moment): Promise<void> {
  const { random } = scene;
  const child = scene.start(moment === "operation" ? crashPoint(random) : {});
  const early =
    moment === "start" ? setTimeout(() => child.kill(), random() * START_MS_MAX) : undefined;
  const address = await child.line("ready");
  if (address !== undefined) await flow(scene, moment, child, address);
  await child.gone;
  clearTimeout(early);
  await scene.heal();
  if (child.signal !== "SIGKILL")
    throw new Error(`the connector ended by itself: ${await child.line("failed")} ${child.errors}`);
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

export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, compileCache, onKill, signal } = options;
  const environment = { NODE_COMPILE_CACHE: compileCache, SPEED };
  const scene = await Scene.open({ seed, environment, delivery });
  try {
    const moments: Record<string, number> = {};
    const duplicates = new DuplicateCount();
    // Node writes its cache only at an end that is not a kill.
    await scene.finish();
    let done = 0;
    for (; done < kills && signal?.aborted !== true; done += 1) {
      const chosen = MOMENTS[Math.floor(scene.random() * MOMENTS.length)] ?? "time";
      const moment = done % IDLE_EVERY === IDLE_EVERY - 1 ? "idle" : chosen;
      await live(scene, moment);
      moments[moment] = (moments[moment] ?? 0) + 1;
      // Files are read whole each time, so they are looked at now and then.
      await scene.standstill(done % 10 === 0 ? [] : [scene.archive]);
      duplicates.look([scene.splunk, scene.webhook]);
      onKill?.();
    }
    await scene.finish();
    const verdict = await scene.judge();
    return { verdict, kills: done, moments, duplicatesMost: duplicates.most };
  } finally {
    await scene.close();
  }
}

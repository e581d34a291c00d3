/** Detection beside delivery: every so often the rules judge what has arrived, and new alerts are told. */
import { Bell, systemClock } from "../../delivery/clock.ts";
import type { RaisedAlert, SinkReport } from "../../delivery/sink.ts";
import type { LiveAlert, LiveDetection } from "../../engine/live-detection.ts";
import { DAY_MS, windowOf } from "../../rule/detection.ts";
import type { RuleIr } from "../../rule/ir.ts";
import type { AlertFile } from "./alert-file.ts";
import { reasonOf } from "./failure.ts";
import type { HeldStore } from "./held-store.ts";

export interface PatrolOptions {
  readonly held: HeldStore;
  readonly rules: readonly RuleIr[];
  readonly file: AlertFile;
  /** Milliseconds. */
  readonly keep: number;
  /** Milliseconds. */
  readonly every: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/** Nothing is on its way any more when nothing was sent for so long. */
const QUIET_MS = 120_000;
const FORGET_MS = 600_000;
const RECENT = 50;
/** Alerts of one run that are written to the log one by one. */
const LOGGED_MAX = 20;
const IDS_SHOWN = 3;

/** An alert as a line of the log. */
export function describeAlert(alert: LiveAlert): string {
  const { severity, rule, title, entity, time, event_ids: ids } = alert;
  const who = Object.entries(entity).map(([key, value]) => `${key}=${value.slice(0, 80)}`);
  const about = who.length === 0 ? "" : ` (${who.join(", ")})`;
  const more = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more` : "";
  const events = `events ${ids.slice(0, IDS_SHOWN).join(", ")}${more}`;
  return `${severity} alert, ${rule}: ${title}${about} at ${time}; ${events}`;
}

function toRaised({ rule, severity, title, time, entity }: LiveAlert): RaisedAlert {
  return { rule, severity, title, time, entity };
}

export class Patrol {
  readonly #options: PatrolOptions;
  readonly #counts = new Map<string, SinkReport["alerts"]["counts"][number]>();
  #recent: readonly RaisedAlert[] | undefined;
  #lastSend: number;
  /** When each rule has run, milliseconds since the epoch. */
  readonly #judgedAt = new Map<string, number>();
  #forgotAt = Number.NEGATIVE_INFINITY;
  readonly #bell = new Bell(systemClock);
  #loop: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  #started = false;
  /** What could not be done at the last run; each trouble is told once. */
  #troubles: ReadonlySet<string> = new Set();

  constructor(options: PatrolOptions) {
    this.#options = options;
    this.#lastSend = options.now();
  }

  /** Something is on its way: what has not come may still come. */
  noteSend(): void {
    this.#lastSend = this.#options.now();
  }

  start(): void {
    this.#started = true;
    this.#loop = this.#keepRunning();
  }

  async #keepRunning(): Promise<void> {
    for (;;) {
      await this.#bell.wait(this.#options.every);
      if (!this.#started) return;
      await this.run("due");
    }
  }

  /** One run, after the one that is under way. Troubles are told; nothing rejects. */
  run(which: "all" | "due" = "all"): Promise<void> {
    const work = (): Promise<void> => this.#run(which);
    this.#running = this.#running.then(work, work);
    return this.#running;
  }

  /** A rule that reads days of events for every new one runs as often as it asks for, not more. */
  #isDue({ name, detection, schedule }: RuleIr, now: number): boolean {
    const last = this.#judgedAt.get(name);
    if (last === undefined || windowOf(detection) < DAY_MS) return true;
    // A clock that was set back must not keep a rule from running.
    return Math.abs(now - last) >= schedule.everyMs;
  }

  /** Ends the loop with a last run over what has arrived. */
  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    this.#bell.ring();
    await this.#loop;
    await this.run();
  }

  async #run(which: "all" | "due"): Promise<void> {
    const { held, keep, now } = this.#options;
    const troubles = new Set<string>();
    const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (cause) {
        troubles.add(`${what}: ${reasonOf(cause)}`);
      }
    };
    await attempt("no detection, it is tried again", async () => {
      const open = await held.get();
      const { detection } = open;
      this.#recent ??= (await detection.newest(RECENT)).map(toRaised);
      const started = now();
      const caughtUp = started - this.#lastSend >= QUIET_MS;
      const time = { now: started, oldest: started - keep, caughtUp };
      const rules = this.#options.rules.filter(
        (rule) => which === "all" || this.#isDue(rule, started),
      );
      for (const rule of rules)
        await attempt(`the rule ${rule.name} could not be run, it is tried again`, async () => {
          await detection.judge(rule, time);
          this.#judgedAt.set(rule.name, started);
        });
      if (rules.length > 0 && troubles.size === rules.length) {
        // What stops every rule is the store's matter; the next run opens it again.
        await held.drop(open);
        return;
      }
      await attempt("alerts could not be written, it is tried again", () => this.#tell(detection));
      if (started - this.#forgotAt >= FORGET_MS)
        await attempt("old events could not be deleted", async () => {
          await detection.forget(time.oldest);
          this.#forgotAt = started;
        });
    });
    for (const trouble of troubles) if (!this.#troubles.has(trouble)) this.#options.warn(trouble);
    this.#troubles = troubles;
  }

  /** File first, then the note that they are told, then the log: no alert is lost by a crash. */
  async #tell(detection: LiveDetection): Promise<void> {
    const untold = await detection.untold();
    if (untold.length === 0) return;
    const written = await this.#options.file.append(untold);
    await detection.markTold(untold);
    for (const alert of written.slice(0, LOGGED_MAX)) this.#options.warn(describeAlert(alert));
    if (written.length > LOGGED_MAX)
      this.#options.warn(`${written.length - LOGGED_MAX} more alerts are in the file of alerts`);
    for (const { rule, severity } of written) {
      const key = `${rule} ${severity}`;
      const alerts = (this.#counts.get(key)?.alerts ?? 0) + 1;
      this.#counts.set(key, { rule, severity, alerts });
    }
    this.#recent = [...(this.#recent ?? []), ...written.map(toRaised)].slice(-RECENT);
  }

  /** Alerts that were told since the start. */
  get told(): number {
    return [...this.#counts.values()].reduce((sum, { alerts }) => sum + alerts, 0);
  }

  report(): SinkReport {
    return { alerts: { counts: [...this.#counts.values()], recent: this.#recent ?? [] } };
  }
}

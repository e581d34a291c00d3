/** One source while the connector runs: started, watched, started again when it fails. */
import type { Clock } from "../delivery/clock.ts";
import { Bell } from "../delivery/clock.ts";
import type { Source, SourceNote, SourceTools } from "../source/source.ts";
import type { ConfiguredSource } from "./config-table.ts";
import type { Door } from "./reception.ts";

/**
 * `ended`: its input is at its end, all of it durable. `failing`: it could not go on and is started
 * again after a pause.
 */
export type SourceState = "starting" | "running" | "ended" | "failing" | "stopped";

export interface SourceStatus {
  readonly name: string;
  readonly kind: string;
  readonly state: SourceState;
  /** Where it listens, once it does. */
  readonly address?: string;
  readonly accepted: number;
  readonly rejected: number;
  /** Accepted with a warning. */
  readonly marked: number;
  /** Milliseconds since the epoch. */
  readonly lastRecord?: number;
  readonly findings: Readonly<Record<string, number>>;
  /** What the source has counted beside records. */
  readonly notes: readonly SourceNote[];
  /** How to make its origin send, while nothing has come. */
  readonly whenSilent?: string;
  readonly lastError?: { readonly at: number; readonly reason: string };
}

export interface SourceRunOptions {
  readonly configured: ConfiguredSource;
  readonly tools: SourceTools;
  readonly door: Door;
  readonly clock: Clock;
  /** Told when it fails and when it works again. */
  readonly onChange: (state: SourceState, reason?: string) => void;
}

const PAUSE_MS = 1000;
const PAUSE_MS_MAX = 60_000;
/** A source that ran this long has recovered: the next pause is a short one again. */
const RECOVERED_MS = 60_000;

export class SourceRun {
  readonly configured: ConfiguredSource;
  readonly #options: SourceRunOptions;
  readonly #stop = new AbortController();
  readonly #pause: Bell;
  #source: Source;
  #state: SourceState = "starting";
  #lastError: { readonly at: number; readonly reason: string } | undefined;
  #loop: Promise<void> | undefined;

  private constructor(options: SourceRunOptions, source: Source) {
    this.#options = options;
    this.configured = options.configured;
    this.#source = source;
    this.#pause = new Bell(options.clock);
  }

  /** Makes the source from its settings; nothing is read yet. Throws what its kind throws. */
  static async open(options: SourceRunOptions): Promise<SourceRun> {
    return new SourceRun(options, await options.configured.open(options.tools));
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Resolves when the input has ended, or at `stop`. */
  async ended(): Promise<void> {
    await this.#loop;
  }

  /** Stops reading; what was handed over by then is durable when this resolves. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#pause.ring();
    await this.#loop;
    this.#state = this.#state === "ended" ? "ended" : "stopped";
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { clock, door, tools, configured, onChange } = this.#options;
    let pauseMs = PAUSE_MS;
    while (!signal.aborted) {
      const begun = clock.monotonic();
      this.#state = "running";
      try {
        await this.#source.start(door.emit, signal);
        this.#state = "ended";
        if (!signal.aborted) onChange("ended");
        return;
      } catch (cause) {
        if (signal.aborted) return;
        const reason = cause instanceof Error ? cause.message : String(cause);
        this.#state = "failing";
        this.#lastError = { at: clock.now(), reason };
        onChange("failing", reason);
        if (clock.monotonic() - begun > RECOVERED_MS) pauseMs = PAUSE_MS;
      }
      await this.#pause.wait(pauseMs * (0.5 + clock.random() / 2));
      pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
      if (!signal.aborted) this.#source = await configured.open(tools);
    }
  }

  status(): SourceStatus {
    const { counts } = this.#options.door;
    const address = this.#state === "running" ? this.#source.address?.() : undefined;
    const whenSilent = counts.lastRecord === undefined ? this.#source.whenSilent?.() : undefined;
    return {
      name: this.configured.name,
      kind: this.configured.kind,
      state: this.#state,
      accepted: counts.accepted,
      rejected: counts.rejected,
      marked: counts.marked,
      findings: Object.fromEntries(counts.findings),
      notes: this.#source.notes?.() ?? [],
      ...(address !== undefined && { address }),
      ...(whenSilent !== undefined && { whenSilent }),
      ...(counts.lastRecord !== undefined && { lastRecord: counts.lastRecord }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }
}

/** Random histories of a log file: what was written is taken, whatever happens between. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { Random } from "../../src/sample/random.ts";
import { fileSourceKind } from "../../src/source/file/kind.ts";
import { MemoryCheckpoints, sourceTools, Taker, until } from "../conformance/source.ts";
import { hostileText, randomBytes, validEvent } from "./fuzz/mutate.ts";

const HISTORIES = Number(process.env["FILE_HISTORIES"] ?? 8);
const SEED = process.env["FUZZ_SEED"] ?? "20261125";
const STEPS = 60;

class History {
  readonly #random: Random;
  readonly #folder = mkdtempSync(join(tmpdir(), "claude-siem-history-"));
  readonly #path = join(this.#folder, "audit.log");
  readonly #checkpoints = new MemoryCheckpoints();
  readonly #taken = new Set<string>();
  readonly warnings: string[] = [];
  #written: string[] = [];
  #next = 0;
  #generation = 0;
  /** The rest of a line whose beginning was written. */
  #openLine: { readonly text: string; readonly at: number } | undefined;
  #taker = new Taker();
  #stop: (() => Promise<void>) | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  async run(): Promise<void> {
    try {
      for (let step = 0; step < STEPS; step += 1) await this.#step();
      this.#finishLine();
      if (this.#stop === undefined) await this.#start();
      this.#taker.release();
      await until("all was taken", () => {
        this.#collect();
        return this.#written.every((text) => this.#taken.has(text));
      }).catch(() => {});
      const missing = this.#written.filter((text) => !this.#taken.has(text));
      expect(missing.map((text) => (JSON.parse(text) as { event_id: string }).event_id)).toEqual(
        [],
      );
    } finally {
      await this.#end();
      rmSync(this.#folder, { recursive: true });
    }
  }

  async #step(): Promise<void> {
    const way = this.#random.unit();
    if (way < 0.4) this.#writeLines();
    else if (way < 0.5) this.#writeGarbage();
    else if (way < 0.6) this.#writeHalf();
    else if (way < 0.7) this.#rotate();
    else if (way < 0.75) this.#compress();
    else if (way < 0.85) await (this.#stop === undefined ? this.#start() : this.#end());
    else if (way < 0.9) this.#taker.hold();
    else if (way < 0.95) this.#taker.release();
    else await new Promise((resolve) => setTimeout(resolve, this.#random.whole(1, 30)));
  }

  #append(text: string | Buffer): void {
    this.#finishLine();
    appendFileSync(this.#path, text);
  }

  #nextEvent(): string {
    this.#next += 1;
    const text = validEvent(this.#next);
    this.#written.push(text);
    return text;
  }

  #writeLines(): void {
    const count = this.#random.whole(1, 30);
    this.#append(Array.from({ length: count }, () => `${this.#nextEvent()}\n`).join(""));
  }

  #writeGarbage(): void {
    const bytes = this.#random.chance(0.1)
      ? Buffer.alloc(1_200_000, "\0")
      : this.#random.chance(0.5)
        ? randomBytes(this.#random, 500)
        : Buffer.from(hostileText(this.#random, 900_000_000));
    this.#append(Buffer.concat([bytes, Buffer.from("\n")]));
  }

  #writeHalf(): void {
    this.#finishLine();
    const text = this.#nextEvent();
    const at = this.#random.whole(1, text.length - 1);
    appendFileSync(this.#path, text.slice(0, at));
    this.#openLine = { text, at };
  }

  #finishLine(): void {
    if (this.#openLine === undefined) return;
    const { text, at } = this.#openLine;
    this.#openLine = undefined;
    appendFileSync(this.#path, `${text.slice(at)}\n`);
  }

  #rotate(): void {
    this.#finishLine();
    if (!existsSync(this.#path)) return;
    this.#generation += 1;
    renameSync(this.#path, `${this.#path}.${this.#generation}`);
    if (this.#random.chance(0.5)) writeFileSync(this.#path, "");
  }

  /** As logrotate does it: the compressed copy is there before the plain file goes. */
  #compress(): void {
    const plain = `${this.#path}.${this.#generation}`;
    if (!existsSync(plain)) return;
    writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)));
    rmSync(plain);
  }

  async #start(): Promise<void> {
    this.#taker = new Taker();
    const tools = {
      ...sourceTools({ checkpoints: this.#checkpoints }),
      warn: (text: string) => this.warnings.push(text),
    };
    const settings = {
      ...{ paths: [this.#path, `${this.#path}.*`], start: "beginning" as const },
      format: "audit_event" as const,
      ...{ poll_interval: 10, rotate_wait: 50, open_files_max: 4 },
    };
    const source = await fileSourceKind.open(settings, tools);
    const halt = new AbortController();
    const done = source.start(this.#taker.emit, halt.signal);
    done.catch(() => {});
    this.#stop = async () => {
      halt.abort();
      // Some stops are crashes: what was handed over is not durable.
      if (this.#random.chance(0.5)) this.#taker.fail();
      else this.#taker.release();
      await done.catch(() => {});
    };
  }

  async #end(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
    this.#collect();
  }

  #collect(): void {
    for (const { what } of this.#taker.taken) this.#taken.add(what);
  }
}

it(`takes every line of ${HISTORIES} random histories (seed ${SEED})`, {
  timeout: 10_000 + HISTORIES * 5000,
}, async () => {
  for (let n = 0; n < HISTORIES; n += 1)
    await new History(Random.stream(SEED, `history ${n}`)).run();
});

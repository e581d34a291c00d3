/** Starts and talks to a connector in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SCRIPT = join(import.meta.dirname, "connector-child.ts");

/** Lives are short: most of their time would go into compiling the same code again. */
const COMPILE_CACHE =
  process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "claude-siem-compile-cache");

export class Child {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiters = new Set<() => void>();
  #errors = "";
  #isGone = false;
  readonly gone: Promise<void>;

  /**
   * @param config Path of the configuration.
   * @param environment Variables beside the secrets: CRASH_AT, GRACE_MS.
   */
  constructor(
    config: string,
    environment: Readonly<Record<string, string>>,
    flags: readonly string[] = [],
  ) {
    this.#process = spawn(process.execPath, [...flags, SCRIPT, config], {
      // Ctrl+C is for the judge, not for the connector.
      detached: true,
      env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdout, stderr, stdin } = this.#process;
    // A killed child closes its end while something is written to it.
    stdin?.on("error", () => {});
    if (stdout !== null)
      createInterface({ input: stdout }).on("line", (line) => {
        this.#lines.push(line);
        this.#wake();
      });
    stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-20_000);
    });
    this.gone = new Promise((resolve) => {
      this.#process.on("close", () => {
        this.#isGone = true;
        this.#wake();
        resolve();
      });
    });
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** What it wrote to stderr lately. */
  get errors(): string {
    return this.#errors;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get signal(): NodeJS.Signals | null {
    return this.#process.signalCode;
  }

  /** The rest of the first line that begins with a word; `undefined` when it is gone without one. */
  async line(word: string): Promise<string | undefined> {
    for (;;) {
      const found = this.#lines.find((line) => line.split(" ")[0] === word);
      if (found !== undefined) return found.slice(word.length + 1);
      if (this.#isGone) return undefined;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#process.kill(signal);
  }
}

/** `claude-siem run` as a process: input that ends, signals, reload, exit codes. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventId, journaled } from "../conformance/event.ts";

const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

let folder: string;
let running: Run | undefined;

/** A process with what it has said so far. */
class Run {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  said = "";

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [main, "run", ...args], { cwd: folder });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.said += chunk.toString();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", resolve);
    });
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  end(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  exit(): Promise<number | null> {
    return this.#ended;
  }

  async until(word: string): Promise<void> {
    for (let tries = 0; tries < 600 && !this.said.includes(word); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(this.said).toContain(word);
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-run-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
});

afterEach(async () => {
  running?.signal("SIGKILL");
  await running?.exit();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function configure(sources: string, sinks: string): void {
  writeFileSync(
    join(folder, "claude-siem.yaml"),
    `version: 1\npseudonym: {key: {file: key}}\nserver: {listen: "127.0.0.1:0"}\nsources:\n${sources}\nsinks:\n${sinks}\n`,
  );
}

const stdin = "  - {name: in, kind: stdin}";
const archive = "  - {name: archive, kind: file, folder: archive, delivery: {batch_age: 20ms}}";

function lines(count: number, from = 1): string {
  return Array.from({ length: count }, (_, at) => journaled(from + at).event)
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

function archived(name = "archive"): readonly string[] {
  const path = join(folder, name);
  return readdirSync(path)
    .flatMap((file) => readFileSync(join(path, file), "utf8").trim().split("\n"))
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { event_id: string }).event_id)
    .sort();
}

describe("run", { timeout: 60_000 }, () => {
  it("delivers everything and ends when its input does", async () => {
    configure(stdin, archive);
    running = new Run();
    running.write(lines(500));
    running.end();
    expect(await running.exit()).toBe(0);
    expect(archived()).toHaveLength(500);
    expect(running.said).toContain("500 events taken, 0 records rejected.");
  });

  it("ends with 1 when records were rejected", async () => {
    configure(stdin, archive);
    running = new Run();
    running.write(`${lines(1)}{"no":"event"}\n`);
    running.end();
    expect(await running.exit()).toBe(1);
    expect(archived()).toEqual([eventId(1)]);
  });

  it("ends with 2 and says what is wrong with a configuration", async () => {
    configure("  - {name: in, kind: stdinn}", archive);
    running = new Run();
    expect(await running.exit()).toBe(2);
    expect(running.said).toContain("claude-siem.yaml:5:22 error F905");
  });

  it("stops at SIGTERM with everything delivered that was taken", async () => {
    configure(stdin, archive);
    running = new Run();
    await running.until('"msg":"runs"');
    running.write(lines(200));
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.signal("SIGTERM");
    expect(await running.exit()).toBe(0);
    const taken = /([0-9]+) events taken/.exec(running.said)?.[1];
    expect(archived()).toHaveLength(Number(taken));
  });

  it("takes another configuration at SIGHUP, and keeps the one before when it is bad", async () => {
    configure(stdin, archive);
    running = new Run();
    await running.until('"msg":"runs"');
    running.write(lines(10));
    configure(stdin, "  - {name: archive, kind: nothing}");
    running.signal("SIGHUP");
    await running.until("the one before stays in force");
    expect(running.said).toContain('\\"nothing\\" is no kind of sink');
    const second = archive.replaceAll("archive", "second");
    configure(stdin, `${archive}\n${second}`);
    running.signal("SIGHUP");
    await running.until("was read again and is in force");
    running.write(lines(10, 11));
    running.end();
    expect(await running.exit()).toBe(0);
    expect(archived()).toHaveLength(20);
    // A sink that is new begins with the oldest record.
    expect(archived("second")).toHaveLength(20);
  });

  it("refuses a second process on the same folder", async () => {
    configure(stdin, archive);
    running = new Run();
    await running.until('"msg":"runs"');
    const second = new Run();
    expect(await second.exit()).toBe(3);
    expect(second.said).toContain("J605");
  });
});

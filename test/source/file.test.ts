import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileOptions, fileSourceKind } from "../../src/source/file/kind.ts";
import { parseState } from "../../src/source/file/progress.ts";
import {
  describeSource,
  lineOf,
  linesOf,
  MemoryCheckpoints,
  sourceTools,
  Taker,
  until,
} from "../conformance/source.ts";

const defaults: Omit<FileOptions, "paths"> = {
  format: "audit_event",
  start: "beginning",
  poll_interval: 10,
  rotate_wait: 100,
  open_files_max: 100,
};

const newFolder = (): string => mkdtempSync(join(tmpdir(), "claude-siem-tail-"));

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

describeSource({
  name: "file",
  replays: true,
  create: async () => {
    const folder = newFolder();
    const path = join(folder, "audit.ndjson");
    return {
      open: (tools) => fileSourceKind.open({ ...defaults, paths: [path] }, tools),
      put: (lines) =>
        appendFileSync(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]))),
      acknowledged: (checkpoint) => {
        const offset = parseState(checkpoint ?? "")?.files[0]?.offset ?? 0;
        if (offset === 0) return 0;
        return readFileSync(path).subarray(0, offset).toString("latin1").split("\n").length - 1;
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
});

describe("the file source", () => {
  let folder: string;
  let path: string;
  let taker: Taker;
  let checkpoints: MemoryCheckpoints;
  let warnings: string[];
  let stops: (() => Promise<void>)[];

  beforeEach(() => {
    folder = newFolder();
    path = join(folder, "audit.log");
    taker = new Taker();
    checkpoints = new MemoryCheckpoints();
    warnings = [];
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops) await stop();
    rmSync(folder, { recursive: true });
  });

  /** Starts an instance; gives what stops it. */
  async function start(
    paths: readonly string[] = [path],
    changes: Partial<FileOptions> = {},
    to: Taker = taker,
  ): Promise<() => Promise<void>> {
    const tools = { ...sourceTools({ checkpoints }), warn: (text: string) => warnings.push(text) };
    const source = await fileSourceKind.open({ ...defaults, ...changes, paths }, tools);
    const halt = new AbortController();
    const done = source.start(to.emit, halt.signal);
    done.catch(() => {});
    const stop = async (): Promise<void> => {
      halt.abort();
      await done;
    };
    stops.push(() => stop().catch(() => {}));
    return stop;
  }

  const texts = (from: Taker = taker): readonly string[] => from.taken.map(({ what }) => what);
  const write = (lines: readonly string[], to = path): void => appendFileSync(to, joined(lines));
  const arrived = (count: number, to: Taker = taker): Promise<void> =>
    until(`${count} records`, () => to.taken.length >= count);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));

  it("finishes a renamed file before the one that took its name", async () => {
    await start();
    write(linesOf(5));
    await arrived(5);
    taker.hold();
    write(linesOf(2, 6));
    renameSync(path, `${path}.1`);
    write(linesOf(1, 8), `${path}.1`);
    write(linesOf(3, 9));
    await settle();
    taker.release();
    await arrived(11);
    expect(texts()).toEqual(linesOf(11));
    expect(warnings).toEqual([]);
  });

  it("takes what a slow writer still writes to the renamed file", async () => {
    await start([path], { rotate_wait: 60_000 });
    write(linesOf(1));
    await arrived(1);
    renameSync(path, `${path}.1`);
    write(linesOf(1, 2));
    await arrived(2);
    write(linesOf(1, 3), `${path}.1`);
    await arrived(3);
    expect([...texts()].sort()).toEqual([...linesOf(3)].sort());
  });

  it("follows many rotations under load without losing a line or reading one twice", async () => {
    await start([path, `${path}.*`]);
    const all = linesOf(600);
    for (let turn = 0; turn < 6; turn += 1) {
      for (let part = 0; part < 10; part += 1) {
        write(all.slice(turn * 100 + part * 10, turn * 100 + part * 10 + 10));
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      for (let age = turn; age >= 1; age -= 1) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
      renameSync(path, `${path}.1`);
    }
    await arrived(600);
    await settle();
    expect(texts()).toEqual(all);
    expect(warnings).toEqual([]);
  });

  it("reads a deleted file to its end", async () => {
    await start();
    write(linesOf(1));
    await arrived(1);
    taker.hold();
    write(linesOf(3, 2));
    await until("more is handed over", () => taker.offered.length >= 2);
    write(linesOf(2, 5));
    unlinkSync(path);
    await settle();
    taker.release();
    await arrived(6);
    expect(texts()).toEqual(linesOf(6));
  });

  it("says that truncation may have cost lines, and reads what comes after", async () => {
    await start();
    write(linesOf(3));
    await arrived(3);
    truncateSync(path);
    await until("a warning", () => warnings.length > 0);
    write(linesOf(2, 4));
    await arrived(5);
    expect(texts()).toEqual(linesOf(5));
    expect(warnings[0]).toMatch(/truncated .* may be lost.*create/);
  });

  it("sees that a truncated file has grown beyond where it was", async () => {
    await start();
    write(linesOf(2));
    await arrived(2);
    writeFileSync(path, joined(linesOf(6, 3)));
    await arrived(8);
    await settle();
    expect(texts()).toEqual(linesOf(8));
    expect(warnings.join()).toMatch(/overwritten in place|truncated/);
  });

  it("goes on in the copy that copytruncate leaves, when paths cover it", async () => {
    const stop = await start([path, `${path}.1`]);
    write(linesOf(4));
    await arrived(4);
    await stop();
    write(linesOf(3, 5));
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    write(linesOf(2, 8));
    await start([path, `${path}.1`]);
    await arrived(9);
    await settle();
    expect([...texts()].sort()).toEqual([...linesOf(9)].sort());
  });

  it("finds a file that was renamed while the connector was down", async () => {
    const stop = await start();
    write(linesOf(2));
    await arrived(2);
    await stop();
    write(linesOf(2, 3));
    renameSync(path, `${path}-20260302`);
    write(linesOf(2, 5));
    await start();
    await arrived(6);
    await settle();
    expect(texts()).toEqual(linesOf(6));
    expect(warnings).toEqual([]);
  });

  it("says when a file that was not read to its end is gone", async () => {
    const stop = await start();
    write(linesOf(2));
    await arrived(2);
    await stop();
    unlinkSync(path);
    await start();
    await until("a warning", () => warnings.length > 0);
    expect(warnings[0]).toMatch(/gone; lines written to it after that are lost/);
  });

  it("goes on in a compressed file where the plain one was left", async () => {
    const paths = [path, `${path}.*`];
    const stop = await start(paths);
    write(linesOf(3));
    await arrived(3);
    await stop();
    write(linesOf(4, 4));
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(path)));
    unlinkSync(path);
    const again = await start(paths);
    await arrived(7);
    await settle();
    await again();
    await start(paths);
    await settle();
    expect(texts()).toEqual(linesOf(7));
    expect(warnings.filter((text) => !text.includes("is gone"))).toEqual([]);
  });

  it("waits for a compressed file that is still being written", async () => {
    const bytes = gzipSync(joined(linesOf(2000)));
    const archive = `${path}.gz`;
    await start([archive], { rotate_wait: 5000 });
    const piece = Math.ceil(bytes.length / 6);
    for (let at = 0; at < bytes.length; at += piece) {
      appendFileSync(archive, bytes.subarray(at, at + piece));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await arrived(2000);
    await settle();
    expect(texts()).toEqual(linesOf(2000));
  });

  it("reports a compressed file that was cut, after what could be read of it", async () => {
    const bytes = gzipSync(joined(linesOf(2000)));
    writeFileSync(`${path}.gz`, bytes.subarray(0, bytes.length - 20));
    await start([`${path}.gz`]);
    await until("the problem", () => texts().includes("S703"));
    expect(texts().slice(0, 1500)).toEqual(linesOf(1500));
    await settle();
    expect(texts().filter((text) => text === "S703")).toHaveLength(1);
  });

  it("sees another file behind the same inode number", async () => {
    const stop = await start();
    write(linesOf(3));
    await arrived(3);
    await stop();
    const state = parseState(checkpoints.state ?? "");
    const other = join(folder, "other.log");
    write(linesOf(5, 10), other);
    const id = await idOfFile(other);
    checkpoints.state = JSON.stringify({
      version: 1,
      files: state?.files.map((file) => ({ ...file, id, path: other })),
      past: [],
    });
    await start([other]);
    await arrived(8);
    expect(texts().slice(3)).toEqual(linesOf(5, 10));
  });

  it("follows a link that is pointed elsewhere", async () => {
    const [first, second] = [join(folder, "a-1"), join(folder, "a-2")];
    writeFileSync(first, joined(linesOf(2)));
    writeFileSync(second, joined(linesOf(2, 3)));
    symlinkSync(first, path);
    await start();
    await arrived(2);
    symlinkSync(second, `${path}.new`);
    renameSync(`${path}.new`, path);
    await arrived(4);
    expect(texts()).toEqual(linesOf(4));
  });

  it("waits for the end of an incomplete line, also over a restart", async () => {
    const stop = await start();
    const line = lineOf(2);
    write(linesOf(1));
    appendFileSync(path, line.slice(0, 40));
    await arrived(1);
    await settle();
    await stop();
    expect(texts()).toEqual(linesOf(1));
    await start();
    await settle();
    appendFileSync(path, `${line.slice(40)}\n`);
    await arrived(2);
    expect(texts()).toEqual(linesOf(2));
    expect(taker.taken.map(({ position }) => position)).toEqual([1, 2]);
  });

  it("gives the last line without its end when the file is finished", async () => {
    await start();
    appendFileSync(path, `${lineOf(1)}\n${lineOf(2)}`);
    await arrived(1);
    unlinkSync(path);
    await arrived(2);
    expect(texts()).toEqual(linesOf(2));
  });

  it("counts lines on over restarts, blank ones too, and says where bad ones are", async () => {
    write(["", lineOf(1), "", ""]);
    const stop = await start();
    await arrived(1);
    await stop();
    write([lineOf(2), "x".repeat(1_100_000), lineOf(3)]);
    await start();
    await arrived(4);
    expect(taker.taken.map(({ what, position }) => [what, position])).toEqual([
      [lineOf(1), 2],
      [lineOf(2), 5],
      ["S701", 6],
      [lineOf(3), 7],
    ]);
    expect(taker.taken[2]?.record.problem?.span).toMatchObject({ file: path, line: 6 });
  });

  it("starts at the end only in files of the first run, and at a whole line", async () => {
    appendFileSync(path, `${joined(linesOf(3))}${lineOf(4).slice(0, 30)}`);
    const stop = await start([join(folder, "*.log")], { start: "end" });
    await until("a checkpoint", () => checkpoints.state !== undefined);
    appendFileSync(path, `${lineOf(4).slice(30)}\n`);
    await arrived(1);
    await stop();
    write(linesOf(1, 5), join(folder, "late.log"));
    await start([join(folder, "*.log")], { start: "end" });
    await arrived(2);
    expect(texts()).toEqual(linesOf(2, 4));
  });

  it("knows a first run that found nothing from a later one", async () => {
    const stop = await start([path], { start: "end" });
    await until("a checkpoint", () => checkpoints.state !== undefined);
    await stop();
    write(linesOf(2));
    await start([path], { start: "end" });
    await arrived(2);
    expect(texts()).toEqual(linesOf(2));
  });

  it("reads everything again when the checkpoint is not readable, and says so", async () => {
    write(linesOf(2));
    checkpoints.state = '{"version":1,"files":[{"path":1}]}';
    await start();
    await arrived(2);
    expect(warnings[0]).toMatch(/checkpoint .* not readable/);
  });

  it("holds few files open, and misses nothing of the others", async () => {
    const paths = Array.from({ length: 12 }, (_, n) => join(folder, `f${n}.log`));
    for (const [n, one] of paths.entries()) write(linesOf(1, n + 1), one);
    await start([join(folder, "*.log")], { open_files_max: 3 });
    await arrived(12);
    for (const [n, one] of paths.entries()) write(linesOf(1, n + 13), one);
    await arrived(24);
    await settle();
    expect([...texts()].sort()).toEqual([...linesOf(24)].sort());
  });

  it("sees files in folders that come later", async () => {
    await start([join(folder, "later", "*.log")]);
    mkdirSync(join(folder, "later"));
    write(linesOf(1), join(folder, "later", "a.log"));
    await arrived(1);
  });
});

async function idOfFile(path: string): Promise<string> {
  const { lookAt } = await import("../../src/source/file/discover.ts");
  return (await lookAt(path))?.id ?? "";
}

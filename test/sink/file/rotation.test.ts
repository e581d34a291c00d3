import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sink } from "../../../src/delivery/sink.ts";
import type { JournalFileSystem } from "../../../src/journal/file-system.ts";
import { ownerOnlyFileSystem } from "../../../src/sink/file/disk.ts";
import { fileName, namedFiles } from "../../../src/sink/file/name.ts";
import { fileConflicts } from "../../../src/sink/file/options.ts";
import { eventId, journaled, START } from "../../conformance/event.ts";
import {
  defaults,
  encodedRange,
  heldIds,
  never,
  type OpenFilesOptions,
  openFileSink,
} from "./open.ts";

let folder: string;
let sink: Sink | undefined;
let now: number;
let warnings: string[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "claude-siem-rotation-")), "out");
  now = START;
  warnings = [];
});

afterEach(async () => {
  await sink?.close();
  sink = undefined;
  rmSync(join(folder, ".."), { recursive: true });
});

function open(options: OpenFilesOptions = {}): Sink {
  return openFileSink({ folder, now: () => now, warnings, ...options });
}

async function send(to: Sink, count: number, from = 1): Promise<string> {
  const outcomes = await to.send(encodedRange(to, count, from), never());
  return outcomes[0]?.kind ?? "";
}

const names = (): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith("."));
const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => eventId(from + index));

describe("rotated files", () => {
  it("hold one event on each line, for their owner only", async () => {
    sink = open();
    expect(await send(sink, 3)).toBe("delivered");
    expect(names()).toEqual(["claude-audit-20260302T093000000Z.ndjson"]);
    const file = join(folder, names()[0] ?? "");
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines).toHaveLength(4);
    const { seq, hash, event } = journaled(1);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ ...event, chain_seq: seq, chain_hash: hash });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("are closed when they are large", async () => {
    sink = open({ rotate_size: 4096 });
    for (let n = 0; n < 6; n += 1) {
      now += 1000;
      expect(await send(sink, 3, n * 3 + 1)).toBe("delivered");
    }
    expect(names().length).toBeGreaterThan(2);
    for (const name of names()) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(4096);
    expect(await heldIds(sink)).toEqual(ids(1, 18));
  });

  it("are closed when they are old", async () => {
    sink = open({ rotate_age: 60_000 });
    await send(sink, 1, 1);
    now += 59_999;
    await send(sink, 1, 2);
    expect(names()).toHaveLength(1);
    now += 1;
    await send(sink, 1, 3);
    expect(names()).toHaveLength(2);
  });

  it("have names in order even when the clock goes back", async () => {
    sink = open({ rotate_size: 4096 });
    for (let n = 0; n < 5; n += 1) {
      now -= 3_600_000;
      await send(sink, 4, n * 4 + 1);
    }
    const texts = [...names()].sort().map((name) => readFileSync(join(folder, name), "utf8"));
    const order = texts.join("").split("\n").slice(0, -1);
    expect(order.map((line) => (JSON.parse(line) as { chain_seq: number }).chain_seq)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  it("are gone on with by the next run", async () => {
    const first = open();
    await send(first, 2, 1);
    await first.close();
    sink = open();
    await send(sink, 2, 3);
    expect(names()).toHaveLength(1);
    expect(await heldIds(sink)).toEqual(ids(1, 4));
  });

  it.each([
    ["a piece of a line", '{"event_id":"half'],
    ["zeros", "\0".repeat(5000)],
    ["zeros and a later line", `${"\0".repeat(64)}{"event_id":"later"}\n`],
    ["zeros and many later lines", `${"\0".repeat(64)}${'{"event_id":"later"}\n'.repeat(20_000)}`],
    ["nothing", ""],
  ])("end with %s after a crash: cut off before anything is added", async (_, tail) => {
    const first = open();
    await send(first, 2, 1);
    await first.close();
    const file = join(folder, names()[0] ?? "");
    writeFileSync(file, tail, { flag: "a" });
    sink = open();
    await send(sink, 1, 3);
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    expect(lines.map((line) => (JSON.parse(line) as { event_id: string }).event_id)).toEqual(
      ids(1, 3),
    );
  });

  it("that somebody removed or emptied are begun anew, with a warning", async () => {
    sink = open();
    await send(sink, 1, 1);
    rmSync(join(folder, names()[0] ?? ""));
    now += 1000;
    expect(await send(sink, 1, 2)).toBe("delivered");
    writeFileSync(join(folder, names()[0] ?? ""), "");
    now += 1000;
    expect(await send(sink, 1, 3)).toBe("delivered");
    expect(warnings).toHaveLength(2);
    expect(await heldIds(sink)).toEqual([eventId(3)]);
  });

  it.each([
    ["gzip", ".gz", gunzipSync],
    ["zstd", ".zst", zstdDecompressSync],
  ] as const)(
    "are compressed with %s when closed, and read back",
    async (compress, end, unpack) => {
      sink = open({ rotate_size: 4096, compress });
      for (let n = 0; n < 6; n += 1) {
        now += 1000;
        await send(sink, 3, n * 3 + 1);
      }
      expect(await heldIds(sink)).toEqual(ids(1, 18));
      await sink.close();
      const packed = names().filter((name) => name.endsWith(end));
      expect(packed.length).toBe(names().length - 1);
      const lines = unpack(readFileSync(join(folder, packed[0] ?? ""))).toString("utf8");
      expect(lines.split("\n").length).toBeGreaterThan(2);
      expect(statSync(join(folder, packed[0] ?? "")).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
      sink = open({ rotate_size: 4096, compress });
      expect(await heldIds(sink)).toEqual(ids(1, 18));
      expect(warnings).toEqual([]);
    },
  );

  it("are kept for ever, or as many, or as long as is asked for", async () => {
    const fill = async (options: OpenFilesOptions): Promise<number> => {
      const one = open({ rotate_age: 60_000, ...options });
      for (let n = 1; n <= 6; n += 1) {
        now += 60_000;
        await send(one, 1, n);
      }
      await one.close();
      const count = names().length;
      rmSync(folder, { recursive: true });
      return count;
    };
    expect(await fill({})).toBe(6);
    expect(await fill({ keep_files: 2 })).toBe(3);
    expect(await fill({ keep_age: 120_000 })).toBe(4);
  });

  it("are counted by minute of the events", async () => {
    sink = open();
    await send(sink, 40, 1);
    await send(sink, 10, 31);
    const counts = await sink.inventory?.countByMinute(START, START + 60_000, never());
    expect(counts).toEqual([{ minute: START, records: 50, distinct: 40 }]);
    const later = await sink.inventory?.countByMinute(START + 60_000, START + 120_000, never());
    expect(later).toEqual([]);
  });
});

describe("folder of the files", () => {
  it("is held while another process writes there", async () => {
    const other = open();
    await send(other, 1);
    sink = open();
    const [outcome] = await sink.send(encodedRange(sink, 1), never());
    expect(outcome).toMatchObject({ kind: "hold", reason: expect.stringMatching(/another/) });
    await other.close();
    expect(await send(sink, 1, 2)).toBe("delivered");
  });

  it("that is a file is held with an instruction", async () => {
    writeFileSync(folder, "");
    sink = open();
    const [outcome] = await sink.send(encodedRange(sink, 1), never());
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/folder/) });
    const [finding] = await sink.check(never());
    expect(finding).toMatchObject({ status: "failed", instruction: expect.any(String) });
    rmSync(folder);
    expect(await send(sink, 1)).toBe("delivered");
  });

  it("that others may write is warned of", async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    sink = open();
    const findings = await sink.check(never());
    expect(findings).toContainEqual({
      status: "warning",
      what: expect.stringMatching(/others/),
      instruction: expect.stringMatching(/chmod/),
    });
  });

  it.each([
    ["ENOSPC", "hold"],
    ["EDQUOT", "hold"],
    ["EIO", "hold"],
    ["EROFS", "hold"],
    ["EMFILE", "retry"],
  ])("whose disk says %s means %s, and goes on by itself after", async (code, kind) => {
    let broken = true;
    const files: JournalFileSystem = {
      ...ownerOnlyFileSystem,
      openAppend: async (path, create) => {
        if (broken) throw Object.assign(new Error(`${code}: no`), { code });
        return ownerOnlyFileSystem.openAppend(path, create);
      },
    };
    sink = open({ files });
    expect(await send(sink, 2)).toBe(kind);
    broken = false;
    expect(await send(sink, 2)).toBe("delivered");
    expect(await heldIds(sink)).toEqual(ids(1, 2));
  });
});

describe("names of files", () => {
  it("sort as their times do and read back", () => {
    const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [first, second] = [fileName("p", a), fileName("p", b)];
        expect(Math.sign(a - b)).toBe(first < second ? -1 : first > second ? 1 : 0);
        expect(namedFiles("p", [first])).toEqual([{ name: first, begun: a, compression: "none" }]);
      }),
    );
  });

  it("of others are left alone", () => {
    const others = [
      "p-20260302T093000000Z.ndjson.part",
      "x-20260302T093000000Z.ndjson",
      "p-.ndjson",
    ];
    expect(namedFiles("p", others)).toEqual([]);
    expect(namedFiles("p", ["p-20261402T093000000Z.ndjson"])).toEqual([]);
  });

  it("cannot lead elsewhere", () => {
    for (const prefix of ["../x", "a/b", "", ".hidden", "a b"])
      expect(fileConflicts({ ...defaults, prefix })).toMatchObject([{ key: "prefix" }]);
    expect(fileConflicts(defaults)).toEqual([]);
  });
});

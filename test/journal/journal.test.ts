import { createHash, randomBytes } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/event/event.ts";
import { type JournalFileSystem, nodeFileSystem } from "../../src/journal/file-system.ts";
import { Journal, type JournalOptions, NotDurableError } from "../../src/journal/journal.ts";
import { readJournal, verifyJournal } from "../../src/journal/read.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-journal-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Events as policy leaves them; the journal does not look inside. */
function event(n: number, department = "legal"): CanonicalEvent {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  return {
    event_id: id,
    event_type: "session_end",
    timestamp: "2026-03-01T00:00:00.000Z",
    department,
  } as unknown as CanonicalEvent;
}

async function open(options: Partial<JournalOptions> = {}): Promise<Journal> {
  const opened = await Journal.open({
    folder,
    now: () => 0,
    random: (n) => randomBytes(n),
    ...options,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return opened.value;
}

async function write(count: number, options: Partial<JournalOptions> = {}): Promise<void> {
  const journal = await open(options);
  await journal.appendBatch(Array.from({ length: count }, (_, n) => event(n, `dé"p\n${n}`)));
  await journal.close();
}

function segments(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".journal"))
    .sort()
    .map((name) => join(folder, name));
}

async function ids(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, body } of readJournal(folder)) {
    if (kind === "event") found.push((JSON.parse(body) as { event_id: string }).event_id);
  }
  return found;
}

describe("a journal", () => {
  it("gives back what was appended, in order, over segments and restarts", async () => {
    await write(50, { segmentBytesMax: 2000, commitEventsMax: 7 });
    await write(50, { segmentBytesMax: 2000, commitEventsMax: 7 });
    expect(segments().length).toBeGreaterThan(3);
    expect(await ids()).toEqual(
      [...Array(50).keys(), ...Array(50).keys()].map((n) => event(n).event_id),
    );
    expect(await verifyJournal(folder)).toMatchObject({ records: 101, events: 100, headSeq: 100 });
  });

  it("can be checked with standard tools", async () => {
    await write(3);
    const lines = readFileSync(segments()[0] ?? "", "utf8")
      .trim()
      .split("\n");
    for (const line of lines) {
      const record = JSON.parse(line) as { seq: number; previous_hash: string; hash: string };
      const [, kind = "", body = ""] = /"hash":"[0-9a-f]{64}","([a-z]+)":(.*)\}$/s.exec(line) ?? [];
      const text = `${record.previous_hash}\n${record.seq}\n${kind}\n${body}`;
      expect(createHash("sha256").update(text).digest("hex")).toBe(record.hash);
    }
  });

  it("hands out receipts that stand in the journal", async () => {
    const journal = await open();
    const receipts = await journal.appendBatch([event(1), event(2)]);
    await journal.close();
    const hashes: string[] = [];
    for await (const record of readJournal(folder)) hashes.push(record.hash);
    expect(receipts.map(({ seq, hash }) => [seq, hash])).toEqual([
      [1, hashes[1]],
      [2, hashes[2]],
    ]);
    expect(journal.head).toEqual(receipts[1]);
  });

  it("refuses a second writer, and forgets one that is gone", async () => {
    const first = await open();
    const second = await Journal.open({ folder, now: () => 0, random: (n) => randomBytes(n) });
    expect(second).toMatchObject({
      ok: false,
      diagnostics: [{ code: "J605", message: expect.stringContaining(String(process.pid)) }],
    });
    await first.close();
    for (const stale of [
      '{"pid":999999999,"boot":"","started":""}',
      '{"pid":1',
      JSON.stringify({ pid: process.pid, boot: "another", started: "1" }),
    ]) {
      writeFileSync(join(folder, "journal.lock"), stale);
      await (await open()).close();
    }
  });
});

describe("verification", () => {
  it("finds any change of any byte and names the first bad record", async () => {
    await write(6);
    const [path = ""] = segments();
    const original = readFileSync(path);
    const ends = [...original.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(original.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const changed = Buffer.from(original);
          changed[at] = (changed[at] ?? 0) ^ flip;
          writeFileSync(path, changed);
          const { problem, headSeq } = await verifyJournal(folder);
          const record = ends.findIndex((end) => at <= end);
          expect(problem?.code).toMatch(/^J60[1-4]$/);
          // A newline written into a record splits it; one taken away joins two. Both break that record.
          expect(headSeq).toBe(record - 1);
          expect(problem?.span.line).toBe(record + 1);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("finds removed, inserted, swapped and replayed records", async () => {
    await write(8);
    const [path = ""] = segments();
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const attack = async (changed: readonly string[]): Promise<readonly unknown[]> => {
      writeFileSync(path, `${changed.join("\n")}\n`);
      const { problem } = await verifyJournal(folder);
      return [problem?.code, problem?.span.line];
    };
    expect(await attack(lines.toSpliced(3, 1))).toEqual(["J603", 4]);
    expect(await attack(lines.toSpliced(0, 1))).toEqual(["J603", 1]);
    expect(await attack(lines.toSpliced(3, 0, lines[2] ?? ""))).toEqual(["J603", 4]);
    expect(
      await attack([...lines.slice(0, 4), lines[5] ?? "", lines[4] ?? "", ...lines.slice(6)]),
    ).toEqual(["J603", 5]);
    expect(await attack([...lines, lines[1] ?? ""])).toEqual(["J603", 10]);
    expect(await attack(lines)).toEqual([undefined, undefined]);
  });

  it("finds a record that was rewritten with a hash of its own", async () => {
    await write(4);
    const [path = ""] = segments();
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const forged = (lines[2] ?? "").replace("session_end", "session_start");
    const [, previous = "", seq = ""] =
      /"seq":(\d+),"previous_hash":"([0-9a-f]+)"/.exec(forged)?.slice(0) ?? [];
    const [, kind = "", body = ""] = /"hash":"[0-9a-f]{64}","([a-z]+)":(.*)\}$/s.exec(forged) ?? [];
    const own = createHash("sha256").update(`${seq}\n${previous}\n${kind}\n${body}`).digest("hex");
    lines[2] = forged.replace(/"hash":"[0-9a-f]{64}"/, `"hash":"${own}"`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    const { problem } = await verifyJournal(folder);
    expect([problem?.code, problem?.span.line]).toEqual(["J603", 4]);
  });

  it("finds a missing and a renamed segment, and a folder that is no journal", async () => {
    await write(60, { segmentBytesMax: 2000, commitEventsMax: 5 });
    const [, second = ""] = segments();
    const text = readFileSync(second);
    rmSync(second);
    expect((await verifyJournal(folder)).problem).toMatchObject({
      code: "J603",
      message: expect.stringContaining("missing"),
    });
    writeFileSync(second, text);
    expect((await verifyJournal(folder)).problem).toBeUndefined();
    for (const path of segments()) rmSync(path);
    expect((await verifyJournal(folder)).problem?.code).toBe("J607");
  });
});

describe("every message about a damaged journal", () => {
  it.each([
    ["J601", 2],
    ["J602", 2],
    ["J603", 2],
    ["J604", 3],
  ])("%s is shown by its fixture at line %i", async (code, line) => {
    copyFileSync(
      `test/fixtures/diagnostic/${code}.journal`,
      join(folder, "00000000000000000000.journal"),
    );
    const { problem } = await verifyJournal(folder);
    expect([problem?.code, problem?.span.line]).toEqual([code, line]);
  });
});

describe("recovery", () => {
  /** As a crash leaves it: closing writes a checkpoint, and a checkpoint knows what was durable. */
  function forgetCheckpoint(): void {
    rmSync(join(folder, "checkpoint.json"), { force: true });
  }

  it("cuts a torn tail at any byte, records it, and goes on", async () => {
    await write(3);
    const [path = ""] = segments();
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = lastStart + 1; length < whole.length; length += 1) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      forgetCheckpoint();
      expect((await verifyJournal(folder)).problem).toMatchObject({
        code: "J604",
        severity: "warning",
      });
      const opened = await Journal.open({ folder, now: () => 0, random: (n) => randomBytes(n) });
      if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
      expect(opened.diagnostics.map(({ code }) => code)).toEqual(["J604"]);
      await opened.value.append(event(9));
      await opened.value.close();
      expect((await verifyJournal(folder)).problem).toBeUndefined();
      expect(await ids()).toEqual([event(0), event(1), event(9)].map((one) => one.event_id));
      expect(readFileSync(path, "utf8")).toContain(
        `"recovery":{"recovered_at":"1970-01-01T00:00:00.000Z","discarded_bytes":${length - lastStart},"at_byte":${lastStart},"discarded_sha256":"${createHash("sha256").update(whole.subarray(lastStart, length)).digest("hex")}"}`,
      );
    }
  });

  it("starts anew when the very first record is torn", async () => {
    await write(1);
    const [path = ""] = segments();
    truncateSync(path, 10);
    forgetCheckpoint();
    await write(1);
    expect((await verifyJournal(folder)).problem).toBeUndefined();
    expect(await ids()).toEqual([event(0).event_id]);
  });

  it("never touches a file that is worse than torn, and goes on in a new one", async () => {
    await write(3);
    const [path = ""] = segments();
    const broken = `${readFileSync(path, "utf8").replace("session_end", "session_END")}garbage\n`;
    writeFileSync(path, broken);
    forgetCheckpoint();
    const opened = await Journal.open({ folder, now: () => 0, random: (n) => randomBytes(n) });
    if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
    expect(opened.diagnostics).toMatchObject([
      { code: "J612", severity: "warning", span: { line: 2 } },
      { code: "J612", severity: "warning", span: { line: 5 } },
    ]);
    await opened.value.append(event(9));
    await opened.value.close();
    expect(readFileSync(path, "utf8")).toBe(broken);
    const [, fresh = ""] = segments();
    expect(readFileSync(fresh, "utf8")).toContain(
      '"damage":[{"file":"00000000000000000000.journal","from_seq":1,"to_seq":1,"finding":"J602',
    );
    // The evidence stays damaged, and verification keeps saying so; opening again tells nothing new.
    expect((await verifyJournal(folder)).problem).toMatchObject({ code: "J602" });
    const again = await Journal.open({ folder, now: () => 0, random: (n) => randomBytes(n) });
    expect(again.diagnostics).toEqual([]);
    if (again.ok) await again.value.close();
    expect(segments()).toHaveLength(2);
  });
});

describe("durability", () => {
  /** Records the order of operations, and fails the ones it is told to. */
  function watched(
    log: string[],
    fails: (operation: string, nth: number) => boolean,
  ): JournalFileSystem {
    const counts = new Map<string, number>();
    const step = (operation: string): void => {
      const nth = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, nth);
      log.push(operation);
      if (fails(operation, nth))
        throw new Error(`${operation === "write" ? "ENOSPC: no space left" : "EIO: i/o error"}`);
    };
    return {
      ...nodeFileSystem,
      syncFolder: (path) => {
        step("sync folder");
        return nodeFileSystem.syncFolder(path);
      },
      openAppend: async (path, create) => {
        const file = await nodeFileSystem.openAppend(path, create);
        return {
          ...file,
          write: async (bytes) => {
            step("write");
            await file.write(bytes);
          },
          datasync: async () => {
            step("sync");
            await file.datasync();
          },
        };
      },
    };
  }

  it("acknowledges after write and sync, and syncs the folder of a new segment first", async () => {
    const log: string[] = [];
    const journal = await open({ files: watched(log, () => false) });
    await journal.append(event(1)).then(() => log.push("acknowledged"));
    await journal.close();
    const acknowledged = log.indexOf("acknowledged");
    const steps = log.slice(0, acknowledged);
    expect(steps.filter((one) => one !== "sync folder")).toEqual([
      "write",
      "sync",
      "write",
      "sync",
    ]);
    expect(steps.slice(0, steps.indexOf("write"))).toContain("sync folder");
  });

  it("shares one sync among events that arrive together", async () => {
    const log: string[] = [];
    const journal = await open({ files: watched(log, () => false) });
    await journal.appendBatch(Array.from({ length: 2500 }, (_, n) => event(n)));
    await journal.close();
    expect(log.filter((operation) => operation === "sync")).toHaveLength(1 + 3);
  });

  it.each(["write", "sync"])(
    "acknowledges nothing after a failed %s, tries again, and goes on",
    async (operation) => {
      let broken = false;
      const timers: (() => void)[] = [];
      const journal = await open({
        files: watched([], (one) => broken && one === operation),
        now: () => 77,
        after: (_, call) => {
          timers.push(call);
          return () => {};
        },
      });
      const states: unknown[] = [];
      journal.onState((state) => states.push(state));
      const first = await journal.append(event(1));
      broken = true;
      let acknowledged = 0;
      const waiting = [journal.append(event(2)), journal.appendBatch([event(3), event(4)])];
      for (const one of waiting) one.then(() => (acknowledged += 1));
      for (let turn = 1; turn <= 3; turn += 1) {
        const timersBefore = turn === 1 ? 1 : timers.length;
        while (timers.length <= timersBefore) await new Promise((next) => setImmediate(next));
        expect(journal.state).toMatchObject({ state: "blocked", since: 77 });
        expect(journal.committed).toEqual(first);
        if (turn < 3) timers.at(-1)?.();
      }
      expect(acknowledged).toBe(0);
      broken = false;
      timers.at(-1)?.();
      await Promise.all(waiting);
      expect(journal.state).toEqual({ state: "ok" });
      expect(states.at(-1)).toEqual({ state: "ok" });
      await journal.close();
      expect((await verifyJournal(folder)).problem).toBeUndefined();
      expect(await ids()).toEqual([1, 2, 3, 4].map((n) => event(n).event_id));
    },
  );

  it("rejects what waits when it is closed while the disk refuses", async () => {
    let broken = false;
    const journal = await open({ files: watched([], (one) => broken && one === "sync") });
    await journal.append(event(1));
    broken = true;
    const waiting = Promise.allSettled([journal.append(event(2)), journal.append(event(3))]);
    while (journal.state.state === "ok") await new Promise((next) => setImmediate(next));
    await journal.close();
    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(journal.append(event(4))).rejects.toThrow(NotDurableError);
    await expect(journal.append(event(4))).rejects.toThrow(/start again/);
    const again = await open();
    await again.append(event(2));
    await again.close();
    expect((await verifyJournal(folder)).problem).toBeUndefined();
    expect(await ids()).toContain(event(1).event_id);
  });
});

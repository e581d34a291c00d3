import { describe, expect, it } from "vitest";
import {
  DeadLetterBox,
  deadLetterPath,
  type Letter,
  type LetterItem,
  readLetters,
  settleLetters,
} from "../../src/journal/dead-letter.ts";
import { seededRandom } from "../event/random-event.ts";
import { FOLDER, SimulatedDisk, testEvent } from "./journal-on-disk.ts";

const path = deadLetterPath(FOLDER, "siem");

function letter(seq: number): Letter {
  const event_id = `e${seq}`;
  return {
    seq,
    hash: "a".repeat(64),
    event_id,
    reason: "mapper_parsing_exception",
    event: testEvent(event_id),
  };
}

function open(disk: SimulatedDisk): Promise<DeadLetterBox> {
  return DeadLetterBox.open({ folder: FOLDER, name: "siem", now: () => 0, files: disk.files });
}

async function read(disk: SimulatedDisk): Promise<readonly LetterItem[]> {
  const items: LetterItem[] = [];
  for await (const item of readLetters(FOLDER, "siem", disk.files)) items.push(item);
  return items;
}

const ids = (items: readonly LetterItem[]): readonly string[] =>
  items.map((item) => item.letter?.event_id ?? item.problem?.code ?? "");

function newDisk(): SimulatedDisk {
  return new SimulatedDisk(seededRandom(1));
}

describe("dead letters", () => {
  it("are on the device when they are taken, each with its reason and event", async () => {
    const disk = newDisk();
    const box = await open(disk);
    expect(await read(disk)).toEqual([]);
    await Promise.all([box.append([letter(1), letter(2)]), box.append([letter(3)])]);
    await box.append([]);
    const [first] = await read(disk.afterCrash("nothing", seededRandom(2)));
    expect(first?.letter).toEqual({ at: "1970-01-01T00:00:00.000Z", ...letter(1) });
    expect(ids(await read(disk))).toEqual(["e1", "e2", "e3"]);
    await box.close();
    const again = await open(disk);
    await again.append([letter(4)]);
    await again.close();
    expect(ids(await read(disk))).toEqual(["e1", "e2", "e3", "e4"]);
  });

  it("survive a torn end at any byte", async () => {
    const disk = newDisk();
    const box = await open(disk);
    await box.append([letter(1), letter(2)]);
    await box.close();
    const whole = Buffer.from(disk.bytes(path));
    const secondStart = whole.indexOf(10) + 1;
    for (let length = secondStart + 1; length < whole.length; length += 7) {
      disk.setBytes(path, whole.subarray(0, length));
      expect(ids(await read(disk))).toEqual(["e1"]);
      const again = await open(disk);
      await again.append([letter(2)]);
      await again.close();
      expect(ids(await read(disk))).toEqual(["e1", "J610", "e2"]);
    }
    // Only the line break is missing: then the letter is whole, and the same one twice does no harm.
    disk.setBytes(path, whole.subarray(0, -1));
    await (await open(disk)).close();
    expect(ids(await read(disk))).toEqual(["e1", "e2"]);
  });

  it.each(["create", "write", "sync", "sync folder"])(
    "are refused when the disk refuses (%s), and taken later without a piece left behind",
    async (refused) => {
      const disk = newDisk();
      const box = await open(disk);
      disk.refuse = (operation) => (operation === refused ? "ENOSPC" : undefined);
      await expect(box.append([letter(1)])).rejects.toThrow("ENOSPC");
      disk.refuse = () => undefined;
      await box.append([letter(1)]);
      disk.refuse = (operation) => (operation === refused ? "EIO" : undefined);
      await box.append([letter(2)]).catch(() => {});
      disk.refuse = () => undefined;
      await box.append([letter(3)]);
      await box.close();
      const after = ids(await read(disk.afterCrash("nothing", seededRandom(2))));
      expect(after.filter((id) => id !== "e2")).toEqual(["e1", "e3"]);
    },
  );

  it("are replayed from where the last replay ended", async () => {
    const disk = newDisk();
    const box = await open(disk);
    await box.append([letter(1), letter(2), letter(3)]);
    const [first, second] = await read(disk);
    await settleLetters(FOLDER, "siem", first?.endsAt ?? 0, disk.files);
    expect(ids(await read(disk))).toEqual(["e2", "e3"]);
    await settleLetters(FOLDER, "siem", second?.endsAt ?? 0, disk.files);
    await box.append([letter(4)]);
    expect(ids(await read(disk))).toEqual(["e3", "e4"]);
    // A damaged mark is told, and everything comes again.
    const mark = `${FOLDER}/dead-letter/siem.settled.json`;
    disk.bytes(mark)[90] = 48;
    expect(ids(await read(disk))).toEqual(["J608", "e1", "e2", "e3", "e4"]);
    await settleLetters(FOLDER, "siem", 1_000_000, disk.files);
    expect(ids(await read(disk))).toEqual(["e1", "e2", "e3", "e4"]);
    await box.close();
  });
});

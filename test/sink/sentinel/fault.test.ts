/** Whatever goes wrong in whatever order: what is called delivered is there, and the rest is still ours. */
import { afterEach, describe, expect, it } from "vitest";
import type { EncodedRecord } from "../../../src/delivery/sink.ts";
import { eventId, journaledRange } from "../../conformance/event.ts";
import { seededRandom } from "../../event/random-event.ts";
import { carriesData } from "../../wire/fake-azure.ts";
import type { WireFault } from "../../wire/fault.ts";
import { never, openSetting, type Setting } from "./subject.ts";

let setting: Setting | undefined;

afterEach(async () => {
  await setting?.close();
  setting = undefined;
});

const wireFaults: readonly WireFault[] = [
  { kind: "reset-unread" },
  { kind: "reset-stored" },
  { kind: "reset-mid-answer" },
  { kind: "hang-stored" },
  { kind: "page" },
  { kind: "empty" },
  { kind: "truncated" },
  { kind: "redirect" },
  { kind: "status", status: 401 },
  { kind: "status", status: 429 },
  { kind: "status", status: 503, retryAfter: "1" },
];

/** Things that happen to Azure and its customers; each is over when `heal` has run. */
function misfortunes({ azure, writer, secrets }: Setting): readonly (() => void | Promise<void>)[] {
  const { workspace } = azure;
  return [
    ...wireFaults.map((fault) => () => azure.server.inject(fault, carriesData)),
    () => azure.server.inject({ kind: "refused" }),
    () => azure.breakTokens({ status: 503, body: "busy" }),
    () => azure.expireTokens(),
    () => azure.revokeTokens(),
    () => {
      writer.mayWrite = false;
    },
    () => {
      writer.secret = `rotated ${workspace.rows.length}`;
      azure.expireTokens();
    },
    () => {
      secrets.set("WRITER_SECRET", "mistyped");
    },
    () => {
      workspace.refusal = { status: 413, body: "" };
    },
  ];
}

async function heal({ azure, writer, secrets }: Setting): Promise<void> {
  await azure.server.heal();
  azure.breakTokens();
  azure.workspace.refusal = undefined;
  writer.mayWrite = true;
  secrets.set("WRITER_SECRET", writer.secret ?? "");
}

describe("a sentinel sink among faults", () => {
  it("loses nothing and calls nothing delivered that is not there", async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    setting = await openSetting({ options: { timeout: 150 } });
    const { azure, sink } = setting;
    const poison = new Set([7, 23, 24].map(eventId));
    azure.workspace.isPoison = (row) => poison.has(String(row["EventId"]));
    const all = journaledRange(120).map((record) => sink.encode(record) as EncodedRecord);
    const queue: (readonly EncodedRecord[])[] = [];
    for (let at = 0; at < all.length; at += 12) queue.push(all.slice(at, at + 12));
    const delivered = new Set<string>();
    const dead = new Set<string>();
    const list = misfortunes(setting);
    for (let step = 0; queue.length > 0; step += 1) {
      const batch = queue.shift() ?? [];
      const isGood = random() < 0.5 || step > 300;
      const misfortune = list[Math.floor(random() * list.length)];
      if (!isGood) await misfortune?.();
      const outcomes = await sink.send(batch, never());
      expect(outcomes, `seed ${seed}`).toHaveLength(batch.length);
      const [kind] = new Set(outcomes.map((one) => one.kind));
      const stored = new Set(azure.workspace.eventIds());
      for (const { event_id } of batch) {
        if (kind === "delivered") expect(stored.has(event_id), `seed ${seed}`).toBe(true);
        if (kind === "delivered") delivered.add(event_id);
        // A single record that came while everything answered 413 is a dead letter, which is kept.
        if (kind === "quarantine") dead.add(event_id);
      }
      const half = Math.ceil(batch.length / 2);
      if (kind === "split") queue.push(batch.slice(0, half), batch.slice(half));
      if (kind === "retry" || kind === "hold") queue.push(batch);
      await heal(setting);
    }
    const accounted = new Set([...delivered, ...dead]);
    expect(accounted.size, `seed ${seed}`).toBe(all.length);
    for (const id of poison) expect(dead.has(id), `seed ${seed}`).toBe(true);
    expect(azure.workspace.fieldsCut + azure.workspace.fieldsDropped).toBe(0);
  });
});

/** Events that a source made itself come in without a detour over their text. */
import { createSecretKey } from "node:crypto";
import { expect, it } from "vitest";
import { Reception } from "../../src/connector/reception.ts";
import { createEnricher } from "../../src/enrich/enrich.ts";
import type { AuditEvent, CanonicalEvent } from "../../src/event/event.ts";
import { createPolicy } from "../../src/policy/policy.ts";
import { createPseudonymiser } from "../../src/policy/pseudonym.ts";
import type { SourceRecord } from "../../src/source/source.ts";
import { journaled } from "../conformance/event.ts";

const pseudonymiser = createPseudonymiser(createSecretKey(Buffer.alloc(32, "reception")));

async function kept(...records: readonly SourceRecord[]): Promise<readonly CanonicalEvent[]> {
  const events: CanonicalEvent[] = [];
  const reception = new Reception({
    journal: {
      appendBatch: async (batch) => {
        events.push(...batch);
        return [];
      },
    },
    policy: createPolicy({ pseudonymiser }),
    enricher: () => createEnricher({}),
    strict: true,
    now: () => 0,
    room: async () => {},
  });
  await reception.openDoor("test", { append: async () => {} }).emit(records, "test");
  return events;
}

const event = journaled(1).event as AuditEvent;
const text = JSON.stringify(event);

it("is the event that the text says", async () => {
  expect(await kept({ position: 1, text: "never read", event })).toEqual(
    await kept({ position: 1, text }),
  );
});

it("is judged like any other: what is not in canonical form is read from the text", async () => {
  const unfit = { ...event, timestamp: "yesterday" } as AuditEvent;
  expect(await kept({ position: 1, text, event: unfit })).toEqual(
    await kept({ position: 1, text }),
  );
  expect(await kept({ position: 1, text: JSON.stringify(unfit), event: unfit })).toEqual([]);
});

it("gets the pseudonym of whom the source names", async () => {
  const identity = "alice@example.com";
  for (const record of [{ text }, { text, event }]) {
    const [one] = await kept({ position: 1, ...record, identity });
    expect(one?.user_id_hash).toBe(pseudonymiser.userIdHash(identity));
  }
});

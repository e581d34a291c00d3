/** The sink under a pump while everything goes wrong: what is called delivered is there in the end. */
import { afterEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../src/delivery/clock.ts";
import type { DeadLetter } from "../../../src/delivery/port.ts";
import { Pump } from "../../../src/delivery/pump.ts";
import { journalPort } from "../../../src/delivery/read-again.ts";
import { Random } from "../../../src/sample/random.ts";
import type { SplunkOptions } from "../../../src/sink/splunk/kind.ts";
import { eventId } from "../../conformance/event.ts";
import { MemoryJournal, START, usual } from "../../delivery/rig.ts";
import { type FakeSplunk, startFakeSplunk } from "../../wire/fake-splunk.ts";
import type { WireFault } from "../../wire/fault.ts";
import { openSplunk, TOKEN, transports } from "./open.ts";

const EVENTS = 300;
const seed: string = process.env["CLAUDE_SIEM_SEED"] ?? String(Date.now());
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const wireFaults: readonly WireFault[] = [
  { kind: "reset-unread" },
  { kind: "reset-stored" },
  { kind: "reset-mid-answer" },
  { kind: "hang-stored" },
  { kind: "page" },
  { kind: "empty" },
  { kind: "truncated" },
  { kind: "status", status: 401 },
  { kind: "status", status: 413 },
  { kind: "status", status: 500 },
  { kind: "status", status: 503, retryAfter: "0" },
];
const codes: readonly number[] = [1, 4, 7, 8, 9, 23, 24, 25, 26, 27];

function below(random: Random, bound: number): number {
  return random.next() % bound;
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  const found = list[below(random, list.length)];
  if (found === undefined) throw new Error("an empty list");
  return found;
}

/** Something goes wrong at the receiver. */
async function misfortune(random: Random, fake: FakeSplunk): Promise<void> {
  switch (below(random, 6)) {
    case 0:
      fake.forced.push(oneOf(random, codes));
      return;
    case 1: {
      const times = 1 + below(random, 3);
      await fake.server.heal();
      await fake.server.inject(oneOf(random, wireFaults), () => true, times);
      return;
    }
    case 2:
      await fake.server.inject({ kind: "refused" });
      fake.restart(true);
      await new Promise((resolve) => setTimeout(resolve, 10));
      await fake.server.heal();
      return;
    case 3:
      fake.restart(true);
      return;
    case 4:
      fake.pollsUntilTrue = oneOf(random, [0, 1, 5, Number.POSITIVE_INFINITY]);
      return;
    case 5:
      fake.omitsAckId = below(random, 4) === 0;
  }
}

function startPump(
  sink: ConstructorParameters<typeof Pump>[0]["sink"],
  random: Random,
): { readonly pump: Pump; readonly journal: MemoryJournal; readonly letters: DeadLetter[] } {
  const journal = new MemoryJournal();
  const letters: DeadLetter[] = [];
  const clock: Clock = { ...systemClock, random: () => random.next() / 2 ** 32 };
  const pump = new Pump({
    ...{ sink, journal: journalPort(journal), clock, start: START },
    delivery: { ...usual, batch_age: 5, backoff: 10, backoff_max: 20, hold_probe: 100 },
    notify: () => {},
    cursor: { save: async () => {} },
    deadLetters: {
      append: async (more) => {
        letters.push(...more);
      },
    },
  });
  pump.start();
  cleanups.push(() => pump.stop(0));
  return { pump, journal, letters };
}

async function run(random: Random, options: Partial<SplunkOptions>) {
  const tokens = [{ value: TOKEN, indexes: ["main"], acknowledges: true }];
  const fakes = [await startFakeSplunk({ tokens }), await startFakeSplunk({ tokens })];
  for (const fake of fakes) cleanups.push(fake.server.close);
  const { sink } = await openSplunk(
    fakes.map(({ server }) => server.url),
    { ...options, timeout: 100, acknowledgement_timeout: 150, batch_records: 10 },
  );
  cleanups.push(sink.close);
  const { pump, journal, letters } = startPump(sink, random);
  for (let n = 1; n <= EVENTS; n += 10) {
    journal.appendRange(10, n);
    await misfortune(random, oneOf(random, fakes));
    await new Promise((resolve) => setTimeout(resolve, below(random, 30)));
  }
  for (const fake of fakes) {
    await fake.server.heal();
    fake.forced.splice(0);
    Object.assign(fake, { pollsUntilTrue: 1, omitsAckId: false });
  }
  await pump.caughtUp();
  // What is called delivered has been written: a crash takes nothing of it.
  for (const fake of fakes) fake.restart(true);
  return { stored: new Set(fakes.flatMap((fake) => fake.eventIds())), letters };
}

describe.each(transports)("splunk over %s while everything goes wrong", (transport) => {
  it.each([1, 2])(`loses nothing (seed ${seed}, run %i)`, async (number) => {
    const random = Random.stream(seed, `${transport} ${number}`);
    const { stored, letters } = await run(random, { transport, acknowledgement: "required" });
    const buried = new Set(letters.map(({ event_id }) => event_id));
    const missing = Array.from({ length: EVENTS }, (_, at) => eventId(at + 1)).filter(
      (id) => !stored.has(id) && !buried.has(id),
    );
    expect(missing).toEqual([]);
  });
});

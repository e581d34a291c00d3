import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { MissingEvent } from "../../../src/connector/reconcile/compare.ts";
import { readExpectation } from "../../../src/connector/reconcile/expectation.ts";
import { type Reconciliation, reconcile } from "../../../src/connector/reconcile/reconcile.ts";
import { stretchesOf } from "../../../src/connector/reconcile/run-list.ts";
import { isWithin, SeqRanges } from "../../../src/connector/reconcile/seq-ranges.ts";
import type { Inventory } from "../../../src/delivery/sink.ts";
import { eventId, START } from "../../conformance/event.ts";
import { eventAt, WrittenJournal } from "./written-journal.ts";

const MINUTE = 60_000;
const journals: WrittenJournal[] = [];

afterEach(() => {
  for (const journal of journals.splice(0)) journal.remove();
});

function journal(firstSeq = 0): WrittenJournal {
  const made = new WrittenJournal(firstSeq);
  journals.push(made);
  return made;
}

interface Held {
  readonly id: string;
  readonly time: number;
}

/** A product that holds these records and counts what it was asked. */
class Product implements Inventory {
  readonly held: Held[];
  idQuestions = 0;

  constructor(held: readonly Held[]) {
    this.held = [...held];
  }

  readonly countByMinute: Inventory["countByMinute"] = async (from, to) => {
    const inside = this.held.filter(({ time }) => time >= from && time < to);
    const groups = Map.groupBy(inside, ({ time }) => Math.floor(time / MINUTE) * MINUTE);
    return [...groups].map(([minute, group]) => ({
      minute,
      records: group.length,
      distinct: new Set(group.map(({ id }) => id)).size,
    }));
  };

  readonly eventIds: Inventory["eventIds"] = (from, to) => {
    this.idQuestions += 1;
    const inside = this.held.filter(({ time }) => time >= from && time < to);
    return (async function* ids() {
      for (const { id } of inside) yield id;
    })();
  };
}

interface Asked extends Reconciliation {
  readonly ids: readonly string[];
}

async function compare(
  { folder }: WrittenJournal,
  product: Inventory,
  changed: { exact?: boolean; shared?: boolean; from?: number; to?: number } = {},
): Promise<Asked> {
  const ids: string[] = [];
  const found = await reconcile({
    inventory: product,
    folder,
    expectation: await readExpectation({ folder, name: "out" }),
    from: changed.from ?? START,
    to: changed.to ?? START + 60 * MINUTE,
    exact: changed.exact ?? false,
    shared: changed.shared ?? false,
    signal: new AbortController().signal,
    onMissing: async ({ event_id }: MissingEvent) => {
      ids.push(event_id);
    },
  });
  return { ...found, ids };
}

describe("reconcile", () => {
  it("asks for no ids where the numbers agree", async () => {
    const written = journal();
    const times = Array.from({ length: 100 }, (_, n) => START + n * 10_000);
    written.write(times.map((time, n) => eventAt(n, time)));
    written.cursor("out", written.seq);
    const product = new Product(times.map((time, n) => ({ id: eventId(n), time })));
    const found = await compare(written, product);
    expect(found.totals).toMatchObject({ due: 100, records: 100, distinct: 100, missing: 0 });
    expect(found.minutes).toEqual([]);
    expect(product.idQuestions).toBe(0);
  });

  it("asks only for the stretch that differs", async () => {
    const written = journal();
    const times = Array.from({ length: 360 }, (_, n) => START + n * 10_000);
    written.write(times.map((time, n) => eventAt(n, time)));
    written.cursor("out", written.seq);
    const held = times.map((time, n) => ({ id: eventId(n), time }));
    const product = new Product(held.filter((_, n) => n !== 61 && n !== 300));
    const found = await compare(written, product);
    expect(found.ids).toEqual([eventId(61), eventId(300)]);
    expect(found.missing.list()).toEqual([
      [61, 61],
      [300, 300],
    ]);
    expect(product.idQuestions).toBe(2);
  });

  it("finds events that came late, over segments", async () => {
    const written = journal();
    written.write(Array.from({ length: 50 }, (_, n) => eventAt(n, START + n * 1000)));
    written.write(Array.from({ length: 50 }, (_, n) => eventAt(50 + n, START + 3_000_000 + n)));
    // An hour late.
    written.write([eventAt(100, START + 500), eventAt(101, START + 3_000_000)]);
    written.cursor("out", written.seq);
    const product = new Product(
      Array.from({ length: 50 }, (_, n) => ({ id: eventId(n), time: START + n * 1000 })),
    );
    const found = await compare(written, product);
    expect(found.totals).toMatchObject({ due: 102, missing: 52, foreign: 0 });
    const second = Array.from({ length: 50 }, (_, n) => 50 + n);
    expect(found.ids).toEqual([100, ...second, 101].map(eventId));
  });

  it("knows what passed the cursor before its turn, and what has not", async () => {
    const written = journal();
    written.write(Array.from({ length: 10 }, (_, n) => eventAt(n, START)));
    written.cursor("out", 3, [[7, 8]]);
    const found = await compare(written, new Product([{ id: eventId(0), time: START }]));
    expect(found.totals).toMatchObject({ due: 6, waiting: 4, missing: 5, foreign: 0 });
    expect(found.ids).toEqual([1, 2, 3, 7, 8].map(eventId));
  });

  it("takes dead letters of the connector and of commands for no gaps", async () => {
    const written = journal();
    const events = Array.from({ length: 4 }, (_, n) => eventAt(n, START));
    written.write(events);
    written.cursor("out", written.seq);
    written.deadLetters("out", events.slice(0, 1));
    written.deadLetters("out.repair", events.slice(1, 2));
    const found = await compare(
      written,
      new Product([2, 3].map((n) => ({ id: eventId(n), time: START }))),
    );
    expect(found.totals).toMatchObject({ due: 2, dead: 2, missing: 0 });
  });

  it("does not call what was journaled and delivered meanwhile foreign", async () => {
    const written = journal();
    written.write([eventAt(0, START)]);
    written.cursor("out", written.seq);
    const product = new Product([
      { id: eventId(0), time: START },
      { id: eventId(1), time: START },
    ]);
    const { eventIds } = product;
    const slow: Inventory = {
      countByMinute: product.countByMinute,
      eventIds: (from, to, signal) => {
        written.write([eventAt(1, START)]);
        return eventIds(from, to, signal);
      },
    };
    expect((await compare(written, slow)).totals).toMatchObject({
      foreign: 0,
      waiting: 1,
      missing: 0,
    });
  });

  it("does not compare what retention has removed from the journal", async () => {
    const written = journal(500);
    written.write(Array.from({ length: 5 }, (_, n) => eventAt(n, START + n * MINUTE)));
    written.cursor("out", written.seq);
    const product = new Product(
      [-2, 0, 1, 2, 3, 4].map((n) => ({ id: eventId(n + 10), time: START + n * MINUTE })),
    );
    const found = await compare(written, product, { from: START - 10 * MINUTE });
    expect(found.completeFrom).toBe(START + 2 * MINUTE);
    expect(found.from).toBe(START + 2 * MINUTE);
    const all = await compare(written, product, { from: START - 10 * MINUTE, to: START });
    expect(all.totals).toMatchObject({ due: 0, foreign: 0 });
  });

  it("leaves the events of other connectors in a shared product to them", async () => {
    const written = journal();
    written.write([eventAt(0, START), eventAt(1, START)]);
    written.cursor("out", written.seq);
    const held = [0, 5, 6, 6].map((n) => ({ id: eventId(n), time: START }));
    const found = await compare(written, new Product(held), { shared: true });
    expect(found.totals).toMatchObject({ due: 2, missing: 1, foreign: 2, duplicates: 0 });
    const all = [...held, { id: eventId(1), time: START }];
    expect((await compare(written, new Product(all), { shared: true })).minutes).toEqual([]);
    expect((await compare(written, new Product(all))).minutes).toMatchObject([{ foreign: 2 }]);
  });

  it("has nothing to say about a journal that is not there", async () => {
    const written = journal();
    written.remove();
    const found = await compare(written, new Product([]));
    expect(found.totals).toMatchObject({ due: 0, missing: 0, foreign: 0 });
  });

  it("tells a product that does not answer from a defect", async () => {
    const written = journal();
    const broken: Inventory = {
      countByMinute: async () => {
        throw new TypeError("503");
      },
      eventIds: async function* ids() {},
    };
    await expect(compare(written, broken)).rejects.toMatchObject({
      name: "CannotAskError",
      message: "503",
    });
  });
});

/** Where an event of a random run is: in the journal as what, and how often in the product. */
const world = fc.array(
  fc.record({
    minute: fc.nat(20),
    records: fc.nat(2),
    passed: fc.boolean(),
    dead: fc.boolean(),
    copies: fc.nat(3),
  }),
  { maxLength: 60 },
);

describe("the comparison of random sets", () => {
  it("finds exactly what is missing, twice there, and foreign", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.boolean(), async (events, exact) => {
        const written = new WrittenJournal();
        try {
          const timeOf = (n: number): number => START + (events[n]?.minute ?? 0) * MINUTE;
          const numbered = events.map((event, n) => ({
            ...event,
            n,
            event: eventAt(n, timeOf(n)),
          }));
          const lines = (passed: boolean) =>
            numbered.flatMap((one) =>
              one.passed === passed ? Array.from({ length: one.records }, () => one.event) : [],
            );
          written.write(lines(true));
          written.cursor("out", written.seq);
          written.write(lines(false));
          const dead = numbered.filter((one) => one.dead && one.records > 0);
          written.deadLetters(
            "out",
            dead.map(({ event }) => event),
          );
          const held = numbered.flatMap(({ n, copies }) =>
            Array.from({ length: copies }, () => ({ id: eventId(n), time: timeOf(n) })),
          );
          const found = await compare(written, new Product(held), { exact });

          const due = numbered.filter((one) => one.records > 0 && one.passed && !one.dead);
          const missing = due.filter(({ copies }) => copies === 0).map(({ n }) => eventId(n));
          const foreign = numbered.filter(({ records, copies }) => records === 0 && copies > 0);
          if (exact) {
            expect([...found.ids].sort()).toEqual(missing.sort());
            expect(found.totals).toMatchObject({
              due: due.length,
              records: held.length,
              missing: missing.length,
              foreign: foreign.length,
              duplicates: numbered.reduce((sum, { copies }) => sum + Math.max(0, copies - 1), 0),
            });
          } else {
            // Numbers alone may hide a loss behind a stranger, and never invent one.
            expect(missing).toEqual(expect.arrayContaining([...found.ids]));
            const isPlain = foreign.length === 0 && numbered.every(({ records }) => records < 2);
            if (isPlain) expect([...found.ids].sort()).toEqual(missing.sort());
          }
          const seqs = found.missing.list().flat();
          expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
        } finally {
          written.remove();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gathers numbers into ranges, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60)), (numbers) => {
        const ranges = new SeqRanges();
        for (const number of numbers) ranges.add(number);
        const list = ranges.list();
        for (let number = 0; number <= 61; number += 1)
          expect(isWithin(list, number)).toBe(numbers.includes(number));
        for (const [index, [from]] of list.entries())
          expect(from).toBeGreaterThan((list[index - 1]?.[1] ?? -2) + 1);
      }),
    );
  });

  it("gathers doubtful minutes into stretches that cover them and stay small", () => {
    const minutes = fc.uniqueArray(fc.nat(100), { maxLength: 40 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 50 }), (chosen, idsMax) => {
        const doubtful = chosen
          .sort((a, b) => a - b)
          .map((at) => ({ minute: at * MINUTE, ids: (at % 7) + 1 }));
        const stretches = stretchesOf(doubtful, idsMax, (minute) => (minute / MINUTE) % 7);
        for (const { minute } of doubtful)
          expect(stretches.filter(({ from, to }) => minute >= from && minute < to)).toHaveLength(1);
        for (const { from, to } of stretches) {
          const inside = doubtful.filter(({ minute }) => minute >= from && minute < to);
          const ids = inside.reduce((sum, one) => sum + one.ids, 0);
          expect(inside.length === 1 || ids <= idsMax).toBe(true);
        }
      }),
    );
  });
});

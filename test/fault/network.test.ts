import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../event/random-event.ts";
import type { WireFault } from "../wire/fault.ts";
import { fault } from "./cases.ts";
import { Ground, pause, seedOf } from "./ground.ts";
import { elastic, sentinel, splunk, webhook } from "./product.ts";

const SEED = seedOf("FAULT_SEED");

let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.close());

/** Sinks over HTTP, all of them at once. */
async function startHttpSinks(): Promise<void> {
  ground.products = [
    await elastic(ground),
    await splunk(ground),
    await sentinel(ground),
    await webhook(ground),
  ];
  await ground.start();
  await ground.setUp();
}

/** Switches a fault on and off at each product while events flow, then judges. */
async function suffer(wire: WireFault, random: () => number): Promise<void> {
  await startHttpSinks();
  for (let turn = 0; turn < 12; turn += 1) {
    await ground.append(1 + Math.floor(random() * 20), random);
    for (const product of ground.products) {
      if (random() < 0.6) await product.inject?.(wire, random() < 0.5 ? 1 : undefined);
      else await product.heal();
    }
    await pause(random() * 30);
  }
  const { problems, sinks } = await ground.verdict();
  expect(problems).toEqual([]);
  expect(Object.keys(sinks)).toHaveLength(4);
}

const wireCases: readonly (readonly [string, readonly WireFault[]])[] = [
  [fault(3), [{ kind: "reset-unread" }]],
  [fault(4), [{ kind: "reset-stored" }]],
  [fault(5), [{ kind: "reset-mid-answer" }]],
  [fault(6), [{ kind: "hang" }, { kind: "hang-stored" }]],
  [fault(7), [{ kind: "trickle" }]],
  [fault(11), [{ kind: "status", status: 407 }, { kind: "page" }]],
  [fault(12), [{ kind: "redirect" }]],
  [fault(14), [{ kind: "truncated" }, { kind: "empty" }]],
  [fault(15), [{ kind: "flood" }]],
];

describe.each(wireCases)("%s", (_, faults) => {
  it.each(faults.map((one) => [one.kind, one] as const))(
    `%s: nothing is lost (seed ${SEED})`,
    async (kind, wire) => {
      await suffer(wire, seededRandom(SEED + kind.length));
    },
  );
});

/**
 * The faults that a connector which loses nothing has to survive, and the tests that show that it does.
 * Numbers are those of the design's list and never change.
 */
import type { FaultCase } from "./case.ts";
import { disk, load, processes, time } from "./case-machine.ts";
import { network, semantics } from "./case-wire.ts";

export const faultCases: readonly FaultCase[] = [
  ...network,
  ...semantics,
  ...processes,
  ...disk,
  ...time,
  ...load,
];

/** The title under which a file of this folder proves a case: `fault 18: 413 on a batch, …`. */
export function fault(number: number): string {
  const found = faultCases.find((one) => one.number === number);
  if (found === undefined) throw new Error(`there is no fault ${number}`);
  return `fault ${number}: ${found.words}`;
}

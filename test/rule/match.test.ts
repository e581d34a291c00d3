import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compilePredicate } from "../../src/rule/match.ts";
import { mixedLog } from "../engine/random-log.ts";
import { type Event, holds } from "../oracle/evaluate.ts";
import { randomPredicate } from "./random-rule.ts";

it("a compiled predicate means what the words of the rule format say", () => {
  fc.assert(
    fc.property(randomPredicate, mixedLog, (predicate, log) => {
      const matches = compilePredicate(predicate);
      for (const event of log)
        expect(matches(event)).toBe(holds(predicate, event as unknown as Event));
    }),
  );
});

import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { compilePredicate } from "../../src/rule/match.ts";
import { mixedLog } from "../engine/random-log.ts";
import { holds } from "../oracle/evaluate.ts";
import { randomPredicate } from "./random-rule.ts";

it("a compiled predicate means what the words of the rule format say", () => {
  fc.assert(
    fc.property(randomPredicate, mixedLog, (predicate, log) => {
      const matches = compilePredicate(predicate);
      for (const event of log)
        expect(matches(event as unknown as AuditEvent)).toBe(holds(predicate, event));
    }),
  );
});

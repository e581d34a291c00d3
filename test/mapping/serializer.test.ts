import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { tolerantFormats } from "../../src/event/format.ts";
import { canonicalTimeMs, formatTime } from "../../src/event/time.ts";
import { classNumber } from "../../src/generated/class-number.ts";
import { schemaErrors } from "../../src/generated/event-validator.ts";
import { applyMapping } from "../../src/mapping/apply-mapping.ts";
import { classOf, eventClasses } from "../../src/mapping/event-class.ts";
import { epochSecondsText, escapeText, nanosecondsText } from "../../src/mapping/json-text.ts";
import { normalize } from "../../src/mapping/normalize.ts";
import { type ChainLink, schemaOf, type Target, targets } from "../../src/mapping/schema.ts";
import { auditEvent } from "../event/arbitrary.ts";
import { randomEvents } from "../event/random-event.ts";
import { loadMapping, sampleChain, sampleEvents } from "./sample.ts";

const mappings = new Map(targets.map((target) => [target, loadMapping(schemaOf[target])]));

/** What the interpreter says a document is. */
function specified(event: AuditEvent, target: Target, chain?: ChainLink): string {
  const mapping = mappings.get(target);
  if (mapping === undefined) throw new Error(target);
  return JSON.stringify(applyMapping(mapping, event, chain));
}

describe("generated serializers write what the interpreter says, byte for byte", () => {
  it("for the samples of every class", () => {
    for (const event of sampleEvents) {
      expect(eventClasses[classNumber(event)]).toBe(classOf(event));
      for (const target of targets) {
        expect(normalize(event, target)).toBe(specified(event, target));
        expect(normalize(event, target, sampleChain)).toBe(specified(event, target, sampleChain));
      }
    }
  });

  it("for any valid event", { timeout: 60_000 }, () => {
    const chain = fc.option(fc.constant(sampleChain), { nil: undefined });
    fc.assert(
      fc.property(auditEvent, fc.constantFrom(...targets), chain, (event, target, link) => {
        expect(schemaErrors(event)).toEqual([]);
        expect(normalize(event, target, link)).toBe(specified(event, target, link));
      }),
      { numRuns: 300 },
    );
  });

  it("for 100 000 random events, each for one target in turn", { timeout: 120_000 }, () => {
    const seed = 3;
    const events = randomEvents(seed);
    for (let index = 0; index < 100_000; index += 1) {
      const event = events.next().value;
      const target = targets[index % targets.length] ?? "elastic";
      const chain = index % 2 === 0 ? { ...sampleChain, chain_seq: index } : undefined;
      if (normalize(event, target, chain) === specified(event, target, chain)) continue;
      expect.fail(`seed ${seed}, event ${index}, ${target}: ${JSON.stringify(event)}`);
    }
  });
});

it("draws random events that are valid", () => {
  const events = randomEvents(1);
  for (let index = 0; index < 3000; index += 1) {
    expect(schemaErrors(events.next().value)).toEqual([]);
  }
});

describe("text pieces equal JSON.stringify", () => {
  it("for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), fc.boolean(), (one, half) => {
        const text = half ? `${one}\ud83d` : one;
        expect(`"${escapeText(text)}"`).toBe(JSON.stringify(text));
      }),
    );
  });

  it("for JSON inside JSON", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const inner = JSON.stringify(JSON.parse(json));
        expect(`"${escapeText(inner)}"`).toBe(JSON.stringify(inner));
      }),
    );
  });

  it("for every representable time and duration", () => {
    const instant = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 9_007_199_254 }), (epochMs, ms) => {
        const time = formatTime(epochMs);
        expect(epochSecondsText(time)).toBe(JSON.stringify(canonicalTimeMs(time) / 1000));
        expect(nanosecondsText(ms)).toBe(JSON.stringify(ms * 1e6));
      }),
    );
    expect(epochSecondsText("1970-01-01T00:00:00.000Z")).toBe("0");
    expect(epochSecondsText("1969-12-31T23:59:59.999Z")).toBe("-0.001");
  });
});

it("formats that are written unescaped admit nothing that JSON escapes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      for (const accepts of Object.values(tolerantFormats)) {
        if (accepts(text)) expect(JSON.stringify(text)).toBe(`"${text}"`);
      }
    }),
  );
  for (const bad of ['a"b', "a\\b", "a\nb", "\ud800", "2026-01-01T00:00:00.000Z\n", '::1"']) {
    for (const accepts of Object.values(tolerantFormats)) expect(accepts(bad)).toBe(false);
  }
});

/** fast-check arbitraries of valid events with all kinds of text, gaps, and fields of other types. */
import * as fc from "fast-check";
import type { AuditEvent } from "../../src/event/event.ts";
import { eventFieldNames, fieldInfo } from "../../src/event/field.ts";
import { formatTime } from "../../src/event/time.ts";
import { eventFields } from "../../src/generated/event-fields.ts";

/** Well-formed text of any script, also with what JSON must escape. */
function text(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.constantFrom('"', "\\", "\n", "\u0000", "\u001f", "\u2028") },
  );
  return fc
    .array(unit, { minLength, maxLength: Math.min(maxLength, 90) })
    .map((units) => units.join("").slice(0, maxLength))
    .filter((one) => one.isWellFormed());
}

const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/);
const opaque = fc.stringMatching(/^[!#-?A-[\]-~]{1,40}$/);
const time = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }).map(formatTime);

function flatObject(value: fc.Arbitrary<unknown>, keyLengthMax: number): fc.Arbitrary<object> {
  const key = fc.oneof(
    text(1, keyLengthMax),
    fc.constantFrom("a", "a.b", "1", "summary", "__proto__", "constructor", "n\0l"),
  );
  return fc.array(fc.tuple(key, value), { maxLength: 5 }).map(Object.fromEntries);
}

const longTexts: readonly string[] = ["decision_reason", "permission_before", "permission_after"];

/** Values of one field that the tolerant schema accepts. */
export function fieldValue(field: keyof typeof eventFields): fc.Arbitrary<unknown> {
  const info = eventFields[field];
  if (info.values !== undefined) return fc.constantFrom(...info.values);
  if (field === "event_id") return fc.oneof(fc.uuid(), opaque);
  if (field.endsWith("_hash")) return fc.oneof(hex64, opaque);
  if (field === "schema_version") return fc.constantFrom("1.0", "1.1", "10.20");
  if (field === "client_ip") return fc.oneof(fc.ipV4(), fc.ipV6());
  if (field === "local_time") return time.map((one) => one.replace("Z", "+05:30"));
  if (field === "baseline_days") return fc.integer({ min: 0, max: 366 });
  if (field === "duration_ms") return fc.integer({ min: 0, max: 9_007_199_254 });
  if (longTexts.includes(field)) return text(0, 200);
  switch (info.kind) {
    case "keyword":
      return text(1, 256);
    case "keyword[]":
      return fc.array(text(1, 256), { maxLength: 4 });
    case "integer":
      return fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2_147_483_647 }));
    case "number":
      return fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "time":
      return time;
    case "object":
      return field === "labels"
        ? flatObject(text(0, 100), 256)
        : flatObject(
            fc.oneof(
              text(0, 100),
              fc.boolean(),
              fc.double({ noNaN: true, noDefaultInfinity: true }),
            ),
            128,
          );
  }
}

const certain: readonly string[] = ["event_id", "event_type", "timestamp"];

/** A valid event. About one in ten carries fields of other event types. */
export const auditEvent: fc.Arbitrary<AuditEvent> = fc
  .record({
    fields: fc.record(Object.fromEntries(eventFieldNames.map((one) => [one, fieldValue(one)])), {
      requiredKeys: ["event_id", "event_type", "timestamp"],
    }),
    misplaced: fc.nat({ max: 9 }).map((die) => die === 0),
  })
  .map(({ fields, misplaced }) => {
    const eventType = String(fields["event_type"]);
    const belongs = Object.entries(fields).filter(([field]) => {
      const events = fieldInfo(field)?.events;
      return (
        misplaced || certain.includes(field) || events === undefined || events.includes(eventType)
      );
    });
    return Object.fromEntries(belongs) as unknown as AuditEvent;
  });

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { strictFormats } from "../../src/event/format.ts";
import { isStrictEvent } from "../../src/generated/event-validator.ts";
import { randomEvents, seededRandom } from "./random-event.ts";

/** The published schema in the strict formats, and no field on a type it does not belong to. */
function publishedSchema(): (value: unknown) => boolean {
  const schema = JSON.parse(readFileSync("src/event/event.schema.json", "utf8"));
  const belongs = Object.entries<{ "x-events"?: readonly string[] }>(schema.properties)
    .filter(([, property]) => property["x-events"] !== undefined)
    .map(([name, property]) => [
      name,
      { properties: { event_type: { enum: property["x-events"] } } },
    ]);
  const ajv = new Ajv2020({
    strict: false,
    unicode: false,
    formats: { ...strictFormats },
    logger: false,
  });
  return ajv.compile({ ...schema, dependentSchemas: Object.fromEntries(belongs) });
}

const spoils: readonly ((event: Record<string, unknown>) => void)[] = [
  (event) => Object.assign(event, { surprise: 1 }),
  (event) => Object.defineProperty(event, "__proto__", { value: 1, enumerable: true }),
  (event) => Object.assign(event, { severity: "low", activity_type: "tool_use" }),
  (event) => Object.assign(event, { token_input: -1 }),
  (event) => Object.assign(event, { user_id_hash: `${"a".repeat(63)}G` }),
  (event) => Object.assign(event, { user_id_hash: `${"a".repeat(63)}\uff41` }),
  (event) => Object.assign(event, { event_type: "other" }),
  (event) => void delete event["timestamp"],
  () => {},
];

it("the hot path's validator agrees with the published schema", () => {
  const isPublished = publishedSchema();
  const seed = 11;
  const events = randomEvents(seed);
  const random = seededRandom(seed);
  const verdicts = [0, 0];
  for (let index = 0; index < 20_000; index += 1) {
    const event = { ...events.next().value } as unknown as Record<string, unknown>;
    if (index % 2 === 1) spoils[Math.floor(random() * spoils.length)]?.(event);
    const verdict = isPublished(event);
    verdicts[verdict ? 1 : 0] = (verdicts[verdict ? 1 : 0] ?? 0) + 1;
    if (isStrictEvent(event) !== verdict) {
      expect.fail(`seed ${seed}, event ${index}: ${JSON.stringify(event)}`);
    }
  }
  // Both verdicts must have been put to the test.
  expect(Math.min(...verdicts)).toBeGreaterThan(2000);
});

it.each([null, undefined, 1, "event", [], [{}]])("%j is no event", (value) => {
  expect(isStrictEvent(value)).toBe(false);
});

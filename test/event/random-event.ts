/** A cheap seeded source of valid events, for runs of a hundred thousand where fast-check is too slow. */
import type { AuditEvent } from "../../src/event/event.ts";
import { eventFieldNames, fieldInfo } from "../../src/event/field.ts";
import { formatTime } from "../../src/event/time.ts";

/** The mulberry32 generator: uniform numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const awkward = [
  "engineering",
  'says "no"',
  "back\\slash",
  "tab\tnew\nline",
  "\u0000\u001f\u007f",
  "naïve “quotes” – ok",
  "日本語",
  "🦉 owl",
  "\u2028\u2029",
  "</script>`$`{x}",
  "a".repeat(63),
  "b".repeat(65),
  `${"c".repeat(80)}"`,
] as const;

const keys = ["team", "a.b", "a", "1", "10", "__proto__", "constructor", "summary", "nul\0l", "é"];

class EventMaker {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  #hex(length: number): string {
    let text = "";
    while (text.length < length) text += this.#below(16).toString(16);
    return text;
  }

  #time(): string {
    const anywhere = this.#random() < 0.1;
    return formatTime(
      anywhere
        ? -62_167_219_200_000 + this.#below(315_569_520_000_000)
        : 1_772_323_200_000 + this.#below(90_000_000_000),
    );
  }

  #object(value: () => unknown): object {
    return Object.fromEntries(
      Array.from({ length: this.#below(4) }, () => [this.#pick(keys), value()]),
    );
  }

  #value(field: string): unknown {
    const info = fieldInfo(field);
    if (info?.values) return this.#pick(info.values);
    if (field.endsWith("_hash")) {
      return this.#random() < 0.9 ? this.#hex(64) : `user-${this.#hex(6)}!`;
    }
    if (field === "schema_version") return this.#pick(["1.0", "1.1", "12.345"]);
    if (field === "client_ip")
      return this.#pick(["203.0.113.7", "2001:db8::1", "::ffff:192.0.2.1"]);
    if (field === "local_time") return this.#time().replace("Z", "+05:30");
    switch (info?.kind) {
      case "integer":
        return this.#pick(
          [0, 1, this.#below(1000), this.#below(2_147_483_647), 366].slice(
            0,
            field === "baseline_days" ? 2 : 5,
          ),
        );
      case "number":
        return this.#pick([0, 0.1, 1e-7, 1 / 3, 1e21, this.#random() * 100]);
      case "boolean":
        return this.#random() < 0.5;
      case "time":
        return this.#time();
      case "keyword[]":
        return Array.from({ length: this.#below(4) }, () => this.#pick(awkward));
      case "object":
        if (field === "labels") return this.#object(() => this.#pick(awkward));
        return this.#object(() => this.#pick([...awkward, 1.5, -0, true, false]));
      default:
        return this.#pick(awkward);
    }
  }

  /** An event with any subset of the fields; some carry fields of other event types. */
  next(): AuditEvent {
    const random = this.#random;
    const eventType = String(this.#value("event_type"));
    const density = random();
    const misplaced = random() < 0.1;
    const event: Record<string, unknown> = {
      event_id:
        random() < 0.9
          ? `${this.#hex(8)}-${this.#hex(4)}-${this.#hex(4)}-${this.#hex(4)}-${this.#hex(12)}`
          : `id-${this.#hex(9)}`,
      event_type: eventType,
      timestamp: this.#time(),
    };
    for (const field of eventFieldNames) {
      if (field in event || random() > density) continue;
      const events = fieldInfo(field)?.events;
      if (events === undefined || events.includes(eventType) || misplaced) {
        event[field] = this.#value(field);
      }
    }
    return event as unknown as AuditEvent;
  }
}

/** An endless row of valid events, the same for the same seed. */
export function* randomEvents(seed: number): Generator<AuditEvent, never> {
  const maker = new EventMaker(seed);
  while (true) yield maker.next();
}

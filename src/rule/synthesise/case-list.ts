/** Collects synthesised cases, and what could not be synthesised. */
import type { Span } from "../../diagnostic/diagnostic.ts";
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import { formatTime } from "../../event/time.ts";
import type { RuleIr } from "../ir.ts";
import { CASE_EVENTS_MAX, type ExpectedAlert, eventId, type RuleTest } from "../parse-tests.ts";
import type { Fields } from "./satisfy.ts";

/** A case that the shape of a rule makes impossible, with the reason. */
export interface SkippedCase {
  readonly name: string;
  readonly span: Span;
  readonly reason: string;
}

export interface Synthesis {
  readonly cases: readonly RuleTest[];
  readonly skipped: readonly SkippedCase[];
}

/** An event of a case before it has an id. */
export interface Draft {
  readonly atMs: number;
  readonly fields: Fields;
  /** How often its line is delivered; once by default. */
  readonly copies?: number;
}

/** Events and the alerts they must raise. */
export interface Story {
  readonly drafts: readonly Draft[];
  readonly expect: readonly ExpectedAlert[];
}

/** An event type that may carry all of the fields, so that the made-up event looks like a real one. */
function eventTypeFor(fields: Fields): string {
  const types = fieldInfo("event_type")?.values ?? [];
  const fitting = types.filter((type) =>
    Object.keys(fields).every((field) => fieldInfo(field)?.events?.includes(type) ?? true),
  );
  return fitting.includes("activity_event") ? "activity_event" : (fitting[0] ?? "activity_event");
}

/** Where a key of the rule stands, or the nearest thing to it. */
export function placeOf(rule: RuleIr, key: string): Span {
  const parent = key.includes(".") ? key.slice(0, key.lastIndexOf(".")) : undefined;
  return rule.spans[key] ?? (parent === undefined ? rule.span : placeOf(rule, parent));
}

export class CaseList {
  readonly rule: RuleIr;
  readonly #cases: RuleTest[] = [];
  readonly #skipped: SkippedCase[] = [];

  constructor(rule: RuleIr) {
    this.rule = rule;
  }

  /**
   * Adds a case. A story that is a reason instead, or longer than a case may be, is noted as skipped.
   *
   * @param key The key of the rule that the case is about, e.g. "detect.within".
   */
  add(
    key: string,
    what: string,
    story: Story | string,
    span: Span = placeOf(this.rule, key),
  ): void {
    const name = `${key.replace(/^detect\./, "")}: ${what}`;
    const lines = typeof story === "string" ? 0 : story.drafts.length;
    if (typeof story === "string") this.#skipped.push({ name, span, reason: story });
    else if (lines > CASE_EVENTS_MAX) {
      const reason = `it takes ${lines} events, at most ${CASE_EVENTS_MAX} make a case`;
      this.#skipped.push({ name, span, reason });
    } else {
      const events = story.drafts.flatMap(({ atMs, fields, copies = 1 }, index) => {
        const event = {
          event_id: eventId(`${this.rule.name}\n${name}\n${index}`),
          event_type: eventTypeFor(fields),
          timestamp: formatTime(atMs),
          ...fields,
        };
        return Array.from({ length: copies }, () => event);
      });
      this.#cases.push({ name, span, parameters: {}, events, expect: story.expect });
    }
  }

  result(): Synthesis {
    return { cases: this.#cases, skipped: this.#skipped };
  }
}

/** The same events with their lines in reverse order. */
export function reversed(story: Story | string): Story | string {
  return typeof story === "string" ? story : { ...story, drafts: [...story.drafts].reverse() };
}

/** The same events, each of their lines delivered several times. */
export function repeated(story: Story | string, copies: number): Story | string {
  if (typeof story === "string") return story;
  return { ...story, drafts: story.drafts.map((draft) => ({ ...draft, copies })) };
}

/** The entity of an event as alerts name it. */
export function entityOf(keys: readonly EventField[], fields: Fields): ExpectedAlert["entity"] {
  const present = keys.filter((key) => fields[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, String(fields[key])]));
}

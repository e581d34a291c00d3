/** Collects synthesised cases, and what could not be synthesised. */
import type { Span } from "../../diagnostic/diagnostic.ts";
import type { EventField } from "../../event/event.ts";
import { formatTime } from "../../event/time.ts";
import type { RuleIr } from "../ir.ts";
import { CASE_EVENTS_MAX, type ExpectedAlert, eventId, type RuleTest } from "../parse-tests.ts";
import { typed } from "./event-type.ts";
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

/** Where a key of the rule stands, or the nearest thing to it. */
export function placeOf(rule: RuleIr, key: string): Span {
  const parent = key.includes(".") ? key.slice(0, key.lastIndexOf(".")) : undefined;
  return rule.spans[key] ?? (parent === undefined ? rule.span : placeOf(rule, parent));
}

/** Lines that the cases of one rule may have together, so that a high limit cannot make tests slow. */
const RULE_EVENTS_MAX = 200_000;

function linesOf({ drafts }: Story): number {
  return drafts.reduce((sum, { copies = 1 }) => sum + copies, 0);
}

export class CaseList {
  readonly rule: RuleIr;
  #lines = 0;
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
    if (typeof story === "string") {
      this.#skipped.push({ name, span, reason: story });
      return;
    }
    const reason = this.#tooLong(story);
    if (reason !== undefined) {
      this.#skipped.push({ name, span, reason });
      return;
    }
    this.#lines += linesOf(story);
    const events = story.drafts.flatMap(({ atMs, fields, copies = 1 }, index) => {
      const event = {
        event_id: eventId(`${this.rule.name}\n${name}\n${index}`),
        timestamp: formatTime(atMs),
        ...typed(fields),
      };
      return Array.from({ length: copies }, () => event);
    });
    this.#cases.push({ name, span, parameters: {}, events, expect: story.expect });
  }

  #tooLong(story: Story): string | undefined {
    const lines = linesOf(story);
    if (lines > CASE_EVENTS_MAX)
      return `it takes ${lines} lines, at most ${CASE_EVENTS_MAX} make a case`;
    if (this.#lines + lines <= RULE_EVENTS_MAX) return undefined;
    return `it takes ${lines} lines, and the cases before it have ${this.#lines} of at most ${RULE_EVENTS_MAX}`;
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

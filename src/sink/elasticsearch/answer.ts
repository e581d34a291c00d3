/** What answers of Elasticsearch say, without what they quote of events. */

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object, `undefined` where there is none. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** An error as Elasticsearch names it: `{"error": {"type", "reason"}}` or the inner object of an item. */
export interface ElasticError {
  /** Such as `version_conflict_engine_exception`; empty when the answer names none. */
  readonly type: string;
  /** One line, at most 300 characters. */
  readonly reason: string;
}

const REASON_LENGTH_MAX = 300;

/** Where Elasticsearch begins to quote the value or the document that it could not take. */
const QUOTATION =
  /\s*(Preview of field's value|The prefix of the first immense term|at \[Source:)[\s\S]*$/;

function tidy(reason: string): string {
  const line = reason
    .replace(QUOTATION, "")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line.length > REASON_LENGTH_MAX ? `${line.slice(0, REASON_LENGTH_MAX)}…` : line;
}

/** The error under the key `error` of an answer or of a bulk item; for unknown paths that is a text. */
export function errorOf(value: unknown): ElasticError {
  const error = member(value, "error");
  const type = member(error, "type");
  const reason = typeof error === "string" ? error : member(error, "reason");
  return {
    type: typeof type === "string" ? tidy(type) : "",
    reason: typeof reason === "string" ? tidy(reason) : "",
  };
}

/** An error in words, with its status in front: `403 security_exception: action … is unauthorized`. */
export function describeError(status: number, { type, reason }: ElasticError): string {
  const answered = ["Elasticsearch answered", status, type].join(" ").trim();
  return reason === "" ? answered : `${answered}: ${reason}`;
}

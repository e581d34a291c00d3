/**
 * The closed set of transforms of mapping tables. Each takes what a record holds and gives a value that
 * the event's schema takes, or `undefined`: nothing is guessed, nothing makes an event invalid.
 */
import { isAddress } from "../../event/format.ts";
import { formatTime, isRepresentable, parseTime } from "../../event/time.ts";
import { parseClaudeUser } from "./claude-user.ts";
import { isFields } from "./path.ts";

const NAME_LENGTH_MAX = 256;
const TEXT_LENGTH_MAX = 1024;
const IDENTITY_LENGTH_MAX = 1024;
const COUNT_MAX = 2_147_483_647;
/** Largest `duration_ms` of the schema. */
const DURATION_MS_MAX = 9_007_199_254;
const LIST_LENGTH_MAX = 1000;
/** A word or an id: nothing with blanks, nothing that could be an address of a person. */
const WORD = /^[A-Za-z0-9_.:/+-]{1,256}$/;

/** Text or a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.toWellFormed().trim();
  return text === "" ? undefined : text;
}

/** One line of text that names something; too long a text is no name. */
function name(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || text.length > NAME_LENGTH_MAX || text.includes("\n")
    ? undefined
    : text;
}

/** A value as a word, lists of words joined; `undefined` for everything that is none. */
export function word(value: unknown): string | undefined {
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const words = value.map((one) => (Array.isArray(one) ? undefined : word(one)));
    const joined = words.join(",");
    return words.includes(undefined) || joined.length > TEXT_LENGTH_MAX || joined === ""
      ? undefined
      : joined;
  }
  const text = textOf(value);
  return text !== undefined && WORD.test(text) ? text : undefined;
}

function names(value: unknown): readonly string[] | undefined {
  const all = (Array.isArray(value) ? value : [value])
    .map(name)
    .filter((one) => one !== undefined)
    .slice(0, LIST_LENGTH_MAX);
  return all.length > 0 ? [...new Set(all)] : undefined;
}

/** A number that is not negative, also where it was written as text. */
export function amount(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function whole(value: number | undefined, max: number): number | undefined {
  return value === undefined || value > max ? undefined : Math.round(value);
}

/**
 * Units of epoch numbers by magnitude: as seconds 1e11 lies in the year 5138, as milliseconds in 1973,
 * so no number of our time has two readings.
 */
function epochMs(number: number): number {
  if (number < 1e11) return number * 1000;
  if (number < 1e14) return number;
  return number < 1e17 ? number / 1e3 : number / 1e6;
}

/** `2026-03-01T09:30:00`, which some products write for UTC. */
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(\.\d{1,9})?)( ?UTC)?$/;

/** An instant in milliseconds: RFC 3339, the same without a zone as UTC, or an epoch number. */
export function instantMs(value: unknown): number | undefined {
  const number =
    typeof value === "string" && !/^\d+(\.\d+)?$/.test(value) ? undefined : amount(value);
  const text = (textOf(value) ?? "").replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, "$1T");
  const plain = WITHOUT_ZONE.exec(text);
  const ms =
    number !== undefined && number > 0
      ? Math.trunc(epochMs(number))
      : parseTime(plain === null ? text : `${plain[1]}T${plain[2]}Z`)?.epochMs;
  return ms !== undefined && isRepresentable(ms) ? ms : undefined;
}

const OPAQUE_MODEL = /:(application-inference-profile|provisioned-model)\//;

/**
 * A model as the API names it: without the prefix of a provider or region, without the version that
 * Bedrock appends, and of an inference profile's ARN its last part. Profiles of applications and
 * provisioned throughput have ids that name no model.
 */
function model(value: unknown): string | undefined {
  const text = name(value);
  if (text === undefined || OPAQUE_MODEL.test(text)) return undefined;
  const last = text.slice(text.lastIndexOf("/") + 1);
  const bare = last.replace(/^((us|eu|apac|jp|au|ca|global|us-gov)\.)?anthropic\./, "");
  // Of the oldest models the version is the name.
  const isOld = /^claude-(v\d|instant)/.test(bare);
  const named = bare === last || isOld ? bare : bare.replace(/-v\d+(:\d+)?(:\w+)?$/, "");
  return named === "" ? undefined : named;
}

/** How a request ended by its HTTP status (RFC 9110, section 15). */
function statusOutcome(value: unknown): string | undefined {
  const status = amount(value);
  if (status === undefined || status < 100 || status > 599) return undefined;
  if (status < 400) return "success";
  return status === 401 || status === 403 ? "denied" : "failure";
}

/** The client's address: of a list that proxies have written, the first. */
function address(value: unknown): string | undefined {
  const first = textOf(value)?.split(",", 1)[0]?.trim();
  return first !== undefined && isAddress(first) ? first : undefined;
}

/** Ids that stand for nobody. */
const NOBODY: ReadonlySet<string> = new Set(["default_user_id", "anonymous", "unknown", "null"]);

/** Somebody's identity, raw. */
function person(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || text.length > IDENTITY_LENGTH_MAX || NOBODY.has(text)) return undefined;
  const claude = parseClaudeUser(text);
  return claude === undefined ? text : (claude.account ?? claude.installation);
}

/** The person of an IAM ARN: of an assumed role the session's name, which sign-on sets to the user. */
function arnPerson(value: unknown): string | undefined {
  const text = person(value);
  const role = /^arn:[\w-]*:sts::\d*:assumed-role\/[^/]+\/(.+)$/.exec(text ?? "");
  const user = /^arn:[\w-]*:iam::\d*:user\/(?:.*\/)?([^/]+)$/.exec(text ?? "");
  return role?.[1] ?? user?.[1] ?? text;
}

const PROMPT_ATTACK =
  /prompt[\s_-]*(attack|injection|leakage)|jail[\s_-]*break|indirect[\s_-]*attack/i;

/** Lists and maps by their size. */
function size(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return isFields(value) ? Object.keys(value).length : undefined;
}

export function flag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === "true") return true;
  return value === 0 || value === "0" || value === "false" ? false : undefined;
}

/** Free text of programs, such as a user agent; cut. */
function text(value: unknown): string | undefined {
  return textOf(value)?.slice(0, TEXT_LENGTH_MAX).toWellFormed();
}

function scaled(value: unknown, factor: number): number | undefined {
  const number = amount(value);
  return number === undefined ? undefined : number * factor;
}

/** A number or a truth value as it is, anything else as a word. */
function scalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "boolean" ? value : word(value);
}

/** A URL or a path without query and fragment, which may name people. */
function urlPath(value: unknown): string | undefined {
  const url = textOf(value);
  if (url === undefined) return undefined;
  const path = url.startsWith("/") ? url.split(/[?#]/, 1)[0] : URL.parse(url)?.pathname;
  return path === undefined ? undefined : word(path);
}

function time(value: unknown): string | undefined {
  const ms = instantMs(value);
  return ms === undefined ? undefined : formatTime(ms);
}

/** Whether a guardrail names an attack on the prompt; `undefined` for any other finding. */
function attack(value: unknown): string | undefined {
  return PROMPT_ATTACK.test(textOf(value) ?? "") ? "prompt_injection_attempt" : undefined;
}

/** What the names do is said at the functions; `cents` and `seconds` are units of what comes in. */
export type TransformName =
  | ("name" | "names" | "word" | "text" | "count" | "amount" | "cents" | "ms" | "seconds")
  | ("flag" | "size" | "time" | "model" | "status_outcome" | "address" | "person")
  | ("arn_person" | "claude_session" | "attack" | "url_path" | "scalar");

export const transforms: Readonly<Record<TransformName, (value: unknown) => unknown>> = {
  name,
  names,
  word,
  text,
  count: (value) => whole(amount(value), COUNT_MAX),
  amount,
  cents: (value) => scaled(value, 0.01),
  ms: (value) => whole(amount(value), DURATION_MS_MAX),
  seconds: (value) => whole(scaled(value, 1000), DURATION_MS_MAX),
  flag,
  size,
  time,
  model,
  status_outcome: statusOutcome,
  address,
  person,
  arn_person: arnPerson,
  claude_session: (value) => parseClaudeUser(textOf(value) ?? "")?.session,
  attack,
  url_path: urlPath,
  scalar,
};

export const transformNames: readonly TransformName[] = Object.keys(transforms) as TransformName[];

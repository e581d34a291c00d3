/** The hooks of Claude Code's settings: what is put in, what is taken out, and nothing else touched. */
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  succeed,
} from "../../diagnostic/diagnostic.ts";
import * as hookMessage from "../../diagnostic/message/hook.ts";
import { findJsonError } from "./json-place.ts";

/** Hooks that are recorded unless others are named. `PreToolUse` tells nothing that the result does not. */
export const defaultHooks: readonly string[] = [
  "SessionStart",
  "UserPromptSubmit",
  "PermissionRequest",
  "PermissionDenied",
  "PostToolUse",
  "PostToolUseFailure",
  "SubagentStop",
  "ConfigChange",
  "SessionEnd",
];

/** Hooks whose settings choose tools; `*` is all of them. */
const choosesTools: ReadonlySet<string> = new Set([
  "PreToolUse",
  "PermissionRequest",
  "PermissionDenied",
  "PostToolUse",
  "PostToolUseFailure",
]);

/** Seconds after which the client goes on without the hook. */
const TIMEOUT_SECONDS = 5;

/** How a command of ours is known again, by its file or by the command's name. */
const OURS = /claude-siem-hook\.[jt]s\b|\bclaude-siem(?:\.cmd)?"? hook\b/;

type Members = Readonly<Record<string, unknown>>;

export interface Settings {
  readonly text: string;
  readonly value: Members;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Line and column of an offset, both from 1. */
function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Reads settings; a file that is missing or empty has none. Nothing that cannot be read is replaced. */
export function parseSettings(text: string, file: string): Result<Settings> {
  if (text.trim() === "") return succeed({ text, value: {} });
  const offset = findJsonError(text);
  if (offset !== undefined) {
    const span = { file, ...placeOf(text, offset), length: 1 };
    return fail([report(hookMessage.brokenSettings, span, {})]);
  }
  const value: unknown = JSON.parse(text);
  const wrong = shapeProblem(value, file);
  return wrong === undefined ? succeed({ text, value: value as Members }) : fail([wrong]);
}

/** What is there but is not what Claude Code reads: it is somebody's, so it stays and is told. */
function shapeProblem(value: unknown, file: string): Diagnostic | undefined {
  const span = { file, line: 1, column: 1, length: 1 };
  const refuse = (where: string, expected: string) =>
    report(hookMessage.strangeSettings, span, { where, expected });
  if (!isObject(value)) return refuse("The file", "an object");
  const { hooks } = value;
  if (hooks === undefined) return undefined;
  if (!isObject(hooks)) return refuse('"hooks"', "an object");
  for (const [name, groups] of Object.entries(hooks))
    if (!Array.isArray(groups)) return refuse(`"hooks.${name}"`, "a list");
  return undefined;
}

function isOurs(hook: unknown): boolean {
  return isObject(hook) && typeof hook["command"] === "string" && OURS.test(hook["command"]);
}

/** A group without our commands; `undefined` when nothing of others is left in it. */
function withoutOurs(group: unknown): unknown {
  if (!isObject(group) || !Array.isArray(group["hooks"])) return group;
  const others = group["hooks"].filter((hook) => !isOurs(hook));
  if (others.length === group["hooks"].length) return group;
  return others.length === 0 ? undefined : { ...group, hooks: others };
}

/** The settings' hooks without ours. */
function othersOf(value: Members): Members {
  const hooks = isObject(value["hooks"]) ? value["hooks"] : {};
  const kept: Record<string, unknown> = {};
  for (const [name, groups] of Object.entries(hooks)) {
    const before = groups as readonly unknown[];
    const after = before.flatMap((group) => withoutOurs(group) ?? []);
    if (after.length > 0 || before.length === 0) kept[name] = after;
  }
  return kept;
}

/** The settings with hooks for `names` that run `command`, in place of ours from before. */
export function withHooks(value: Members, command: string, names: readonly string[]): Members {
  const hooks: Record<string, unknown> = { ...othersOf(value) };
  for (const name of names) {
    const group = {
      ...(choosesTools.has(name) && { matcher: "*" }),
      hooks: [{ type: "command", command, timeout: TIMEOUT_SECONDS }],
    };
    hooks[name] = [...((hooks[name] as readonly unknown[] | undefined) ?? []), group];
  }
  return { ...value, hooks };
}

/** The settings without our hooks, as they were before. */
export function withoutHooks(value: Members): Members {
  if (value["hooks"] === undefined) return value;
  const hooks = othersOf(value);
  const { hooks: before, ...rest } = value;
  const wasEmpty = isObject(before) && Object.keys(before).length === 0;
  return Object.keys(hooks).length === 0 && !wasEmpty ? rest : { ...value, hooks };
}

/** Settings as text, indented as the text before. */
export function renderSettings(value: Members, { text, value: before }: Settings): string {
  if (JSON.stringify(value) === JSON.stringify(before)) return text;
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text.trimStart())?.[1] ?? "  ";
  const rendered = `${JSON.stringify(value, null, indent)}\n`;
  return text.includes("\r\n") ? rendered.replaceAll("\n", "\r\n") : rendered;
}

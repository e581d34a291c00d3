#!/usr/bin/env node
/**
 * What Claude Code runs for every hook: reads the hook's JSON, appends one event to the spool, ends.
 * Whatever goes wrong, it ends with 0 and prints nothing: an exit code of 2 would block the tool, and
 * what a hook prints at some events becomes part of the conversation.
 */
import { userInfo } from "node:os";
import { readInput } from "./read-input.ts";
import { appendEvent, defaultSpool, noteProblem } from "./spool.ts";
import { toEvent } from "./to-event.ts";

/** The value after an option; these few are all that there are. */
function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
}

/** A value of OTEL_RESOURCE_ATTRIBUTES, where administrators set department and cost center anyway. */
function resourceAttribute(name: string): string | undefined {
  for (const pair of (process.env["OTEL_RESOURCE_ATTRIBUTES"] ?? "").split(",")) {
    const [key, value] = pair.split("=", 2);
    if (key?.trim() === name && value !== undefined && value !== "") return value.trim();
  }
  return undefined;
}

/** An id of the user that an event may hold; accounts of a directory may be named like addresses. */
function userOf(spool: string, now: number): string {
  const named = option("user");
  if (named?.includes("@"))
    noteProblem(
      spool,
      "--user is an e-mail address; the machine's account was written instead",
      now,
    );
  else if (named !== undefined) return named;
  const { username, uid } = userInfo();
  return username.includes("@") ? `uid-${uid}` : username;
}

function record(spool: string, now: number): void {
  const parsed: unknown = JSON.parse(readInput());
  const input = typeof parsed === "object" && parsed !== null ? parsed : {};
  const event = toEvent(input as Readonly<Record<string, unknown>>, {
    now,
    process: process.pid,
    user: userOf(spool, now),
    department: option("department") ?? resourceAttribute("department"),
    businessUnit: resourceAttribute("cost_center"),
    classification: option("classification"),
  });
  if (event === undefined) throw new Error("the input names no hook_event_name");
  appendEvent(spool, event, now);
}

/** A system's code or our own words; the text of a JSON error would quote what the hook was told. */
function problemOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return "the input is not JSON";
  return cause instanceof Error ? cause.message : String(cause);
}

const now = Date.now();
const spool = option("spool") ?? defaultSpool(process.env);
try {
  record(spool, now);
} catch (cause) {
  noteProblem(spool, problemOf(cause), now);
}

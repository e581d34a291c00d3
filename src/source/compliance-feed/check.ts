/** What `doctor` looks at: may the key read, do the clocks agree, when was anything last seen. */
import type { CheckFinding } from "../../delivery/sink.ts";
import { parseTime } from "../../event/time.ts";
import type { ApiClient } from "./client.ts";
import { isFields, textOf } from "./field.ts";
import { ACTIVITIES_PATH } from "./page.ts";

/** Clocks that differ by more than this make overlaps and lateness hard to read. */
const CLOCK_MS_MAX = 60_000;
const DAY_MS = 86_400_000;

function ok(what: string): CheckFinding {
  return { status: "ok", what };
}

function clockFinding(serverMs: number | undefined, now: number): CheckFinding {
  if (serverMs === undefined) return ok("the API told no time to compare the clock with");
  const seconds = Math.round((now - serverMs) / 1000);
  if (Math.abs(now - serverMs) <= CLOCK_MS_MAX)
    return ok(`the clock agrees with the API's, to ${Math.abs(seconds)} s`);
  return {
    status: "warning",
    what: `the clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the API's`,
    instruction: "Let this machine synchronise its clock; nothing is lost meanwhile.",
  };
}

function lastFinding(activities: readonly unknown[], now: number): CheckFinding {
  const [newest] = activities;
  const type = isFields(newest) ? textOf(newest["type"]) : undefined;
  const created = isFields(newest) ? textOf(newest["created_at"]) : undefined;
  const createdMs = created === undefined ? undefined : parseTime(created)?.epochMs;
  if (createdMs === undefined)
    return {
      status: "warning",
      what: "the feed holds no activity",
      instruction:
        "Recording begins when the Compliance API is enabled: open a chat, wait a minute and look again.",
    };
  const what = `the newest activity is ${type ?? "of no type"} at ${new Date(createdMs).toISOString()}`;
  if (now - createdMs <= DAY_MS) return ok(what);
  const instruction =
    "See whether anybody used Claude since, and which organization the key is of.";
  return { status: "warning", what, instruction };
}

function budgetFinding(headers: Readonly<Record<string, string>>): readonly CheckFinding[] {
  const limit = headers["anthropic-ratelimit-requests-limit"];
  const remaining = headers["anthropic-ratelimit-requests-remaining"];
  if (!/^[0-9]{1,9}$/.test(limit ?? "") || !/^[0-9]{1,9}$/.test(remaining ?? "")) return [];
  const what = `${remaining} of ${limit} requests of this minute are left`;
  if (Number(remaining) > Number(limit) / 5) return [ok(what)];
  const instruction =
    "Find out who else asks the Compliance API; the budget is the organization's.";
  return [{ status: "warning", what, instruction }];
}

/** Asks for one activity. */
export async function checkFeed(
  client: ApiClient,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const result = await client.get(ACTIVITIES_PATH, [["limit", "1"]], signal, 1);
  if (!result.ok) {
    const {
      reason,
      instruction = "It is tried again by itself; see the network and the status page of the API.",
    } = result.failure;
    return [{ status: "failed", what: reason, instruction }];
  }
  return [
    ok("the key may read the Activity Feed"),
    clockFinding(result.serverMs, now()),
    lastFinding(result.body["data"] as readonly unknown[], now()),
    ...budgetFinding(result.headers),
  ];
}

/** Asks for one group, where the directory is used. */
export async function checkDirectory(
  client: ApiClient,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const result = await client.get("/v1/compliance/groups", [["limit", "1"]], signal, 1);
  if (result.ok) return [ok("the key may read groups")];
  const { reason, instruction = "It is tried again by itself." } = result.failure;
  return [{ status: "failed", what: `groups: ${reason}`, instruction }];
}

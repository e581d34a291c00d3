/** What a real send would need, tried without sending a record. */
import type { CheckFinding } from "../../delivery/sink.ts";
import { sentinelColumns } from "../../generated/target-fields.ts";
import type { HttpClient, HttpResult } from "../http/post.ts";
import { judgeAnswer, type Refusal } from "./answer.ts";
import { clouds } from "./cloud.ts";
import type { SentinelOptions } from "./options.ts";
import type { SentLog } from "./sent-log.ts";
import type { TokenSource } from "./tokens.ts";
import type { UploadTarget } from "./upload.ts";
import type { Workspace } from "./workspace.ts";

export interface CheckWorld {
  readonly options: SentinelOptions;
  readonly target: UploadTarget;
  readonly http: HttpClient;
  readonly tokens: TokenSource;
  readonly now: () => number;
  readonly sentLog: SentLog;
  /** The workspace as the identity that reads sees it, and as the one that writes does. */
  readonly workspace: Workspace | undefined;
  readonly seenByWriter: Workspace | undefined;
}

/** Entra refuses assertions and tokens whose times are further off. */
const SKEW_MS_MAX = 5 * 60_000;

const ok = (what: string): CheckFinding => ({ status: "ok", what });

function warning(what: string, instruction: string): CheckFinding {
  return { status: "warning", what, instruction };
}

function failed(refusal: Refusal): CheckFinding {
  const instruction =
    refusal.kind === "hold"
      ? refusal.instruction
      : "Check the network between this machine and Azure, and try again.";
  return { status: "failed", what: refusal.reason, instruction };
}

function checkHost({ options }: CheckWorld): readonly CheckFinding[] {
  const { ingestionSuffix } = clouds[options.cloud];
  if (options.authority_host !== undefined || options.endpoint.host.endsWith(ingestionSuffix))
    return [];
  const what = `${options.endpoint.host} is no ingestion host of the cloud ${options.cloud}`;
  return [warning(what, `Such hosts end with ${ingestionSuffix}. Check endpoint and cloud.`)];
}

function checkClock(result: HttpResult, now: number): readonly CheckFinding[] {
  const date = result.failure === undefined ? Date.parse(result.headers["date"] ?? "") : Number.NaN;
  if (Number.isNaN(date)) return [];
  const skewMs = now - date;
  if (Math.abs(skewMs) <= SKEW_MS_MAX) return [ok("the clock agrees with Azure's")];
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const what = `the clock of this machine is ${minutes} minutes ${skewMs > 0 ? "ahead" : "behind"}`;
  return [warning(what, "Synchronise it (NTP): tokens are refused when it is far off.")];
}

/**
 * Posts an empty list: authentication, role, rule and stream are looked at before the list is, and a list
 * without records leaves nothing behind.
 */
async function checkIngestion(
  world: CheckWorld,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { target, tokens, http, now } = world;
  const token = await tokens.get(signal);
  if (token.kind !== "token") return [failed(token)];
  const path = `/dataCollectionRules/${target.dcr}/streams/${target.stream}`;
  const url = new URL(path, target.endpoint);
  url.searchParams.set("api-version", "2023-01-01");
  const headers = { authorization: `Bearer ${token.token}`, "content-type": "application/json" };
  const result = await http.send({ url, headers, body: "[]" }, signal);
  if (result.status === 401) tokens.discard();
  const clock = checkClock(result, now());
  const issued = ok("a token was issued");
  const outcome = judgeAnswer(result, 1, now());
  switch (outcome.kind) {
    case "delivered":
      return [issued, ok(`the stream ${target.stream} takes records`), ...clock];
    case "hold":
    case "retry":
      return [issued, failed(outcome), ...clock];
    case "split":
    case "quarantine": {
      // The identity got as far as the body, and an empty one is not what it will send.
      const what = `the stream did not take an empty list: ${outcome.reason}`;
      return [issued, warning(what, "Send one event and see whether it arrives."), ...clock];
    }
  }
}

/** A column that the table lacks swallows its values without an error. */
async function checkColumns(
  { table, query }: Workspace,
  signal: AbortSignal,
): Promise<CheckFinding> {
  const result = await query(`${table}\n| getschema\n| project ColumnName`, signal);
  if (result.kind !== "rows") return failed(result);
  const there = new Set(result.rows.map(([name]) => String(name)));
  const missing = sentinelColumns.filter(({ name }) => !there.has(name)).map(({ name }) => name);
  if (missing.length === 0) return ok(`the table ${table} has every column`);
  const what = `the table ${table} lacks ${missing.join(", ")}: their values vanish on arrival`;
  const instruction =
    "Deploy table and data collection rule again from `claude-siem build --target sentinel`.";
  return { status: "failed", what, instruction };
}

/** Records that were taken and then lost in the rule's transformation. */
async function checkTransformation(
  { query }: Workspace,
  sentLog: SentLog,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const text =
    "DCRLogErrors\n| where TimeGenerated > ago(1d)\n| distinct ClientRequestId\n| take 1000";
  const result = await query(text, signal);
  if (result.kind !== "rows") {
    const what = "errors of the data collection rule are not recorded, or may not be read";
    const instruction =
      "Add a diagnostic setting to the data collection rule that sends Log Errors to this workspace.";
    return result.kind === "hold" && result.status === 400
      ? [warning(what, instruction)]
      : [failed(result)];
  }
  const ids = new Set(result.rows.map(([id]) => String(id)));
  const lost = await sentLog.find(ids);
  if (lost.length === 0) return [ok("no request of the last day failed after it was taken")];
  return lost.map(({ request, first, last, count }) =>
    warning(
      `request ${request} was taken and failed afterwards: ${count} records, seq ${first} to ${last}`,
      `Look up the request in DCRLogErrors, mend the rule, then send again: claude-siem reconcile --repair.`,
    ),
  );
}

/** Whoever steals a key that can only write learns nothing. */
async function checkWriterCannotRead(
  { options, seenByWriter }: CheckWorld,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  if (seenByWriter === undefined) return [];
  const instruction =
    "Set reader_client_id and reader_client_secret, and take roles on the workspace from the identity that writes.";
  if (options.reader_client_id === undefined)
    return [warning("one identity writes and reads", instruction)];
  const result = await seenByWriter.query(`${seenByWriter.table}\n| take 0`, signal);
  if (result.kind === "rows") return [warning("the identity that writes may read", instruction)];
  return result.kind === "hold" ? [ok("the identity that writes cannot read")] : [];
}

async function checkWorkspace(
  world: CheckWorld,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { workspace, sentLog } = world;
  if (workspace === undefined) return [];
  return [
    await checkColumns(workspace, signal),
    ...(await checkTransformation(workspace, sentLog, signal)),
    ...(await checkWriterCannotRead(world, signal)),
  ];
}

export async function checkSentinel(
  world: CheckWorld,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  return [
    ...checkHost(world),
    ...(await checkIngestion(world, signal)),
    ...(await checkWorkspace(world, signal)),
  ];
}

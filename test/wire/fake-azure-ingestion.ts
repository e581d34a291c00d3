/** The Logs Ingestion API: what it refuses, and what it does to rows before they are in the table. */
import { gunzipSync } from "node:zlib";
import { sentinelColumns } from "../../src/generated/target-fields.ts";
import { serviceError } from "./fake-azure-answer.ts";
import type { AzureWorkspace, TableRow } from "./fake-azure-workspace.ts";
import type { FakeRequest, FakeResponse } from "./fake-server.ts";

const CALL_BYTES_MAX = 1_048_576;
const FIELD_BYTES_MAX = 65_536;
const DAY_MS = 86_400_000;
const STREAM = "Custom-ClaudeAudit";

const declared = new Map(sentinelColumns.map(({ name, type }) => [name, type]));

function unpacked(request: FakeRequest): Buffer | FakeResponse {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined) return request.body;
  if (encoding !== "gzip") return serviceError(415, "UnsupportedMediaType", "Use gzip.");
  try {
    return gunzipSync(request.body);
  } catch {
    return serviceError(400, "InvalidPayload", "The body is no gzip.");
  }
}

function parsed(body: Buffer): readonly TableRow[] | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(body));
    if (!Array.isArray(value)) return undefined;
    const isRow = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
    return value.every(isRow) ? (value as TableRow[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Values of another type than the column become null, without a word. */
function typed(type: string, value: unknown): unknown {
  switch (type) {
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value);
    case "datetime":
      return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null;
    case "long":
    case "int":
      return Number.isInteger(value) ? value : null;
    case "real":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    default:
      return value;
  }
}

/** Longer values are cut, without a word. */
function cut(value: unknown, workspace: AzureWorkspace): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (Buffer.byteLength(text) <= FIELD_BYTES_MAX) return value;
  workspace.fieldsCut += 1;
  return Buffer.from(text).subarray(0, FIELD_BYTES_MAX).toString();
}

function arrived(row: TableRow, workspace: AzureWorkspace): TableRow {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const type = declared.get(name);
    if (type === undefined || !workspace.columns.has(name)) workspace.fieldsDropped += 1;
    else kept[name] = cut(typed(type, value), workspace);
  }
  const now = Date.now();
  const time = Date.parse(String(kept["TimeGenerated"]));
  const isOld = Number.isNaN(time) || time < now - 2 * DAY_MS || time > now + DAY_MS;
  return { ...kept, ...(isOld && { TimeGenerated: new Date(now).toISOString() }) };
}

function spanMs(rows: readonly TableRow[]): number {
  const times = rows.map((row) => Date.parse(String(row["TimeGenerated"])));
  return Math.max(...times) - Math.min(...times);
}

/** Answers a request whose token is good. */
export function takeRows(
  request: FakeRequest,
  mayWrite: boolean,
  dcr: string,
  workspace: AzureWorkspace,
  plan: "analytics" | "auxiliary",
): FakeResponse {
  const [, , rule, , stream] = request.path.split("/");
  if (request.method !== "POST") return serviceError(405, "MethodNotAllowed", "Use POST.");
  if (request.query.get("api-version") !== "2023-01-01")
    return serviceError(400, "InvalidApiVersion", "The api-version is not supported.");
  if (rule !== dcr)
    return serviceError(
      404,
      "NotFound",
      `Data collection rule with immutable Id '${rule}' not found.`,
    );
  if (!mayWrite)
    return serviceError(
      403,
      "OperationFailed",
      `The authentication token provided does not have access to ingest data for the data collection rule with immutable Id '${rule}'.`,
    );
  if (!/^application\/json(;|$)/.test(request.headers["content-type"] ?? ""))
    return serviceError(415, "UnsupportedMediaType", "Send application/json.");
  if (workspace.refusal !== undefined) return workspace.refusal;
  const body = unpacked(request);
  if ("status" in body) return body;
  if (Math.max(body.length, request.body.length) > CALL_BYTES_MAX)
    return serviceError(
      413,
      "ContentLengthLimitExceeded",
      `Maximum allowed content length: ${CALL_BYTES_MAX} bytes`,
    );
  if (stream !== STREAM)
    return serviceError(
      400,
      "InvalidStream",
      `The stream ${stream} was not configured in the data collection rule.`,
    );
  const rows = parsed(body);
  if (rows === undefined || rows.some((row) => workspace.isPoison(row)))
    return serviceError(400, "InvalidPayload", "The payload is not a JSON array of objects.");
  if (plan === "auxiliary" && rows.length > 1 && spanMs(rows) >= 30 * 60_000)
    return serviceError(400, "RecordsTimeRangeIsMoreThan30Minutes", "Records lie too far apart.");
  const id = String(request.headers["x-ms-client-request-id"] ?? "");
  const largest = Math.max(workspace.largestCall, body.length);
  workspace.largestCall = largest;
  if (workspace.losesInTransform) workspace.transformErrors.push(id);
  else workspace.rows.push(...rows.map((row) => arrived(row, workspace)));
  return { status: 204, headers: { date: new Date().toUTCString() } };
}

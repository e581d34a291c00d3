/** The audit table of a workspace, and the few queries that the product asks of it. */
import { createHash } from "node:crypto";
import { sentinelColumns } from "../../src/generated/target-fields.ts";
import { json, serviceError } from "./fake-azure-answer.ts";
import type { FakeRequest, FakeResponse } from "./fake-server.ts";

export type TableRow = Readonly<Record<string, unknown>>;

const TABLE = "ClaudeAudit_CL";

/** The head of every question about a stretch of time; the instants are the only part that varies. */
const BETWEEN =
  /^ClaudeAudit_CL\n\| where TimeGenerated >= datetime\((?<bound>[^)]+)\)\n\| extend EventTime = coalesce\(todatetime\(parse_json\(RawEvent\)\.timestamp\), TimeGenerated\)\n\| where EventTime >= datetime\((?<from>[^)]+)\) and EventTime < datetime\((?<to>[^)]+)\)\n(?<rest>[\s\S]*)$/;

const COUNTS =
  "| summarize Copies = count() by EventId, Minute = bin(EventTime, 1m)\n| summarize Records = sum(Copies), Distinct = count() by Minute\n| order by Minute asc";

const IDS = /^(?:\| where hash\(EventId, (?<parts>\d+)\) == (?<part>\d+)\n)?\| project EventId$/;

function eventTime(row: TableRow): number {
  try {
    const raw = JSON.parse(String(row["RawEvent"])) as { readonly timestamp?: string };
    if (raw.timestamp !== undefined) return Date.parse(raw.timestamp);
  } catch {
    // A value that was cut is no JSON any more; parse_json then has no members.
  }
  return Date.parse(String(row["TimeGenerated"]));
}

function partOf(id: string, parts: number): number {
  return createHash("sha1").update(id).digest().readUInt32BE(0) % parts;
}

function table(columns: readonly string[], rows: readonly (readonly unknown[])[]): FakeResponse {
  const described = columns.map((name) => ({ name, type: "string" }));
  return json(200, { tables: [{ name: "PrimaryResult", columns: described, rows }] });
}

export class AzureWorkspace {
  readonly rows: TableRow[] = [];
  /** Columns that the table and the rule have. */
  readonly columns: Set<string> = new Set(sentinelColumns.map(({ name }) => name));
  /** Ids of requests whose rows were lost after 204. */
  readonly transformErrors: string[] = [];
  losesInTransform = false;
  /** Whether somebody has switched on the table DCRLogErrors. */
  recordsErrors = true;
  /** Values that the service shortened, and those it had no column for. */
  fieldsCut = 0;
  fieldsDropped = 0;
  /** Bytes of the largest body that was taken. */
  largestCall = 0;
  /** Rows that spoil the whole request. */
  isPoison: (row: TableRow) => boolean = () => false;
  /** Answers every request with data instead. */
  refusal: FakeResponse | undefined;
  /** Results of queries are cut, which stands beside them. */
  partial = false;

  eventIds(): readonly string[] {
    return this.rows.map((row) => String(row["EventId"]));
  }

  answer(request: FakeRequest): FakeResponse {
    const { query } = JSON.parse(request.body.toString()) as { readonly query: string };
    if (this.partial) {
      const error = { code: "PartialError", message: "There were some errors" };
      return json(200, { tables: [{ name: "PrimaryResult", columns: [], rows: [] }], error });
    }
    if (query === `${TABLE}\n| getschema\n| project ColumnName`)
      return table(
        ["ColumnName"],
        [...this.columns, "TenantId", "Type"].map((name) => [name]),
      );
    if (query === `${TABLE}\n| take 0`) return table([...this.columns], []);
    if (query.startsWith("DCRLogErrors\n")) return this.#errors();
    const parts = BETWEEN.exec(query)?.groups;
    if (parts === undefined)
      return serviceError(400, "BadArgumentError", "The request had some invalid properties");
    return this.#between(parts as Record<string, string>);
  }

  #errors(): FakeResponse {
    if (this.recordsErrors)
      return table(
        ["ClientRequestId"],
        [...new Set(this.transformErrors)].map((id) => [id]),
      );
    return serviceError(
      400,
      "BadArgumentError",
      "'where' operator: Failed to resolve table or column expression named 'DCRLogErrors'",
    );
  }

  #between({ bound, from, to, rest }: Record<string, string>): FakeResponse {
    const start = Date.parse(from ?? "");
    const end = Date.parse(to ?? "");
    const matching = this.rows.filter((row) => {
      const isRead = Date.parse(String(row["TimeGenerated"])) >= Date.parse(bound ?? "");
      return isRead && eventTime(row) >= start && eventTime(row) < end;
    });
    if (rest === COUNTS) return this.#counts(matching);
    const ids = IDS.exec(rest ?? "");
    if (ids === null) return serviceError(400, "BadArgumentError", "The query is not understood");
    const total = Number(ids.groups?.["parts"] ?? 1);
    const wanted = Number(ids.groups?.["part"] ?? 0);
    const found = matching.map((row) => String(row["EventId"]));
    return table(
      ["EventId"],
      found.filter((id) => partOf(id, total) === wanted).map((id) => [id]),
    );
  }

  #counts(rows: readonly TableRow[]): FakeResponse {
    const minutes = Map.groupBy(rows, (row) => Math.floor(eventTime(row) / 60_000) * 60_000);
    const counted = [...minutes]
      .sort(([a], [b]) => a - b)
      .map(([minute, all]) => {
        const distinct = new Set(all.map((row) => row["EventId"])).size;
        return [new Date(minute).toISOString(), all.length, distinct];
      });
    return table(["Minute", "Records", "Distinct"], counted);
  }
}

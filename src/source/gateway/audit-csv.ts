/**
 * The audit log of Claude Enterprise as a CSV export (support article 9970975): rows become activities of
 * the Compliance API, so both are judged by one table. Columns are known by the header row; cells with
 * facts about actor, event and object are dictionaries of Python.
 *
 * The export has no ids of its own: an event's id follows from the whole row. It is another id than the
 * feed gives the same activity, so read one of the two for a period and not both.
 */
import { createHash } from "node:crypto";
import { fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as gatewayMessage from "../../diagnostic/message/gateway.ts";
import { formatTime } from "../../event/time.ts";
import { activityTable } from "../../generated/activity-table.ts";
import { indexTable, readActivity } from "../compliance-feed/activity.ts";
import type { SourceRecord } from "../source.ts";
import { apiNameOf } from "./audit-csv-name.ts";
import { splitCsvRow } from "./csv-row.ts";
import { type Fields, isFields } from "./path.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import type { FormatReader, RawRecord, Reading } from "./reading.ts";
import { instantMs, textOf, word } from "./transform.ts";

const KIND = "claude_audit_csv";
/** Files whose headers are remembered. */
const HEADERS_MAX = 256;
const NEEDED = ["created_at", "event"] as const;

/** Members of an activity for the id of an object, by the kind of object. */
const OBJECTS: readonly (readonly [RegExp, string])[] = [
  [/conversation|chat/, "claude_chat_id"],
  [/document/, "claude_project_document_id"],
  [/project/, "claude_project_id"],
  [/file/, "claude_file_id"],
  [/skill/, "skill_id"],
  [/user|account|member/, "user_id"],
];

function dictionary(cell: string | undefined): Fields {
  const value = cell === undefined || cell === "" ? undefined : parsePythonLiteral(cell);
  return isFields(value) ? value : {};
}

function member(fields: Fields, ...names: readonly string[]): string | undefined {
  let at: unknown = fields;
  for (const name of names) at = isFields(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return textOf(at);
}

/** The object that the row is about, as the API names it. */
function objectOf(entity: Fields): Fields {
  const kind = member(entity, "type")?.toLowerCase() ?? "";
  const id = member(entity, "uuid") ?? member(entity, "id");
  const name = OBJECTS.find(([pattern]) => pattern.test(kind))?.[1];
  return id === undefined || name === undefined ? {} : { [name]: id };
}

/** Whom the row names as acting; the address first, because the API's ids are not in the export. */
function actorOf(actor: Fields, row: ReadonlyMap<string, string>): Fields {
  const address = member(actor, "metadata", "email_address") ?? member(actor, "email_address");
  const uuid = member(actor, "uuid");
  const typed = member(actor, "type");
  return {
    type: typed ?? (address === undefined && uuid === undefined ? "unknown" : "user_actor"),
    ...(address !== undefined
      ? { email_address: address }
      : uuid !== undefined && { user_id: uuid }),
    ip_address: row.get("ip_address"),
    user_agent: row.get("user_agent"),
  };
}

/** The row as an activity; its id follows from all cells. */
function activityOf(row: ReadonlyMap<string, string>, cells: readonly string[]): Fields {
  const info = row.get("event_info") ?? "";
  const entity = row.get("entity_info") ?? "";
  const created = instantMs(row.get("created_at"));
  const digest = createHash("sha256").update(JSON.stringify(cells)).digest("hex");
  return {
    ...dictionary(info),
    ...objectOf(dictionary(entity)),
    id: `csv_${digest.slice(0, 40)}`,
    created_at: created === undefined ? row.get("created_at") : formatTime(created),
    type: apiNameOf(row.get("event") ?? "", `${info} ${entity}`),
    actor: actorOf(dictionary(row.get("actor_info")), row),
  };
}

/** Reads exports. The header row may come again, as it does where files were put together. */
export function auditCsvReader(
  firstLine?: (origin: string) => Promise<string | undefined>,
): FormatReader {
  const table = indexTable(activityTable);
  /** Without columns where the file has been asked and has no header. */
  const headers = new Map<string, readonly string[]>();

  function remember(origin: string, header: readonly string[]): void {
    if (headers.size >= HEADERS_MAX) headers.clear();
    headers.set(origin, header);
  }

  function headerIn(line: string): readonly string[] | undefined {
    const row = splitCsvRow(line.replace(/^\ufeff/, ""));
    const names = row.problem === undefined ? row.cells.map((cell) => cell.trim()) : [];
    return NEEDED.every((name) => names.includes(name)) ? names : undefined;
  }

  async function headerOf(origin: string): Promise<readonly string[] | undefined> {
    if (!headers.has(origin)) remember(origin, headerIn((await firstLine?.(origin)) ?? "") ?? []);
    const known = headers.get(origin) ?? [];
    return known.length === 0 ? undefined : known;
  }

  function readRow(header: readonly string[], cells: readonly string[], origin: string): Reading {
    const row = new Map(header.map((name, index) => [name, cells[index] ?? ""]));
    const { record, unknownName } = readActivity(activityOf(row, cells), {
      ...{ table, origin, sourceKind: KIND },
      isOwn: () => false,
      resolvePerson: (identity) => identity,
      contextOf: () => undefined,
      labels: {
        export_event: word(row.get("event")),
        client_platform: word(row.get("client_platform")),
        device_id: word(row.get("device_id")),
      },
    });
    return { records: [record], unknownRecords: unknownName === undefined ? 0 : 1 };
  }

  async function read({ text, position }: RawRecord, origin: string): Promise<Reading> {
    const named = headerIn(text);
    if (named !== undefined) {
      remember(origin, named);
      return { records: [], passedOver: 1 };
    }
    const span = { ...fileSpan(origin), line: Math.max(1, position) };
    const refuse = (problem: SourceRecord["problem"] & object): Reading => ({
      records: [{ problem, position, raw: text }],
    });
    const header = await headerOf(origin);
    if (header === undefined) return refuse(report(gatewayMessage.noCsvHeader, span, {}));
    const row = splitCsvRow(text);
    if (row.problem !== undefined)
      return refuse(report(gatewayMessage.badCsvRow, span, { detail: row.problem }));
    if (row.cells.length !== header.length) {
      const detail = `it has ${row.cells.length} cells, the header ${header.length}`;
      return refuse(report(gatewayMessage.badCsvRow, span, { detail }));
    }
    const { records, ...counts } = readRow(header, row.cells, origin);
    return {
      ...counts,
      records: records.map((record) =>
        record.problem === undefined
          ? { ...record, position }
          : { ...record, position, problem: { ...record.problem, span } },
      ),
    };
  }

  return { read };
}

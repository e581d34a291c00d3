// How much of an event each source fills, counted on fixtures: the table of docs/sources.md.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { activityTable } from "../../src/generated/activity-table.ts";
import { indexTable, readActivity } from "../../src/source/compliance-feed/activity.ts";
import { openFormat } from "../../src/source/gateway/format.ts";
import type { SourceRecord } from "../../src/source/source.ts";

const root = join(import.meta.dirname, "..", "..");
const page = "docs/sources.md";

type Fields = Readonly<Record<string, unknown>>;

/** A column of the table, and the events that its fixtures become. */
interface Source {
  readonly name: string;
  readonly read: () => Promise<readonly Fields[]>;
}

/** Fields of the table, and which events are asked for them. */
const rows: readonly (readonly [field: string, among: string | undefined])[] = [
  ...["event_id", "event_type", "timestamp", "session_id", "user_id_hash"].map(all),
  ...["department", "data_classification", "client_ip", "user_agent", "request_id"].map(all),
  ...["model_version", "token_input", "token_output", "token_cache_read"].map(ofModels),
  ...["token_cache_write", "duration_ms", "cost_usd"].map(ofModels),
  ...["mcp_server", "mcp_tool", "mcp_outcome"].map((field) => [field, "mcp_query"] as const),
  ...["mcp_integrations", "policy_flags", "security_flags"].map(all),
];

/** Made by the connector for every source. */
const derived = new Set(["event_id", "event_type"]);

function all(field: string): readonly [string, undefined] {
  return [field, undefined];
}

function ofModels(field: string): readonly [string, string] {
  return [field, "model_request"];
}

function linesOf(path: string): readonly string[] {
  return readFileSync(join(root, path), "utf8").trimEnd().split("\n");
}

/** Events of records; a person beside a record becomes a pseudonym on its way to the journal. */
function eventsOf(records: readonly SourceRecord[]): readonly Fields[] {
  return records.flatMap((record) => {
    if (record.problem !== undefined) return [];
    const event = JSON.parse(record.text) as Fields;
    return [record.identity === undefined ? event : { ...event, user_id_hash: "pseudonym" }];
  });
}

/** A source in a format: its lines as the reader of the format takes them. */
function inFormat(format: Parameters<typeof openFormat>[0], paths: readonly string[]): Source {
  const read = async (): Promise<readonly Fields[]> => {
    const events: Fields[] = [];
    for (const path of paths) {
      const reader = openFormat(format);
      for (const [index, text] of linesOf(path).entries())
        events.push(...eventsOf((await reader.read({ text, position: index + 1 }, path)).records));
    }
    return events;
  };
  return { name: format, read };
}

function compliance(): Source {
  const folder = "test/fixtures/compliance-feed";
  const context = {
    ...{ table: indexTable(activityTable), origin: "feed" },
    isOwn: () => false,
    resolvePerson: (id: string) => id,
    contextOf: () => undefined,
  };
  const read = async (): Promise<readonly Fields[]> =>
    readdirSync(join(root, folder))
      .sort()
      .flatMap((name) => linesOf(`${folder}/${name}`))
      .flatMap((line) => eventsOf([readActivity(JSON.parse(line), context).record]));
  return { name: "compliance_feed", read };
}

const telemetry = ["bash1", "mcp3-details", "plain"].map(
  (name) => `test/fixtures/otlp/${name}.ndjson`,
);
const gateways = ["litellm", "kong", "bedrock", "cloudflare", "portkey", "claude_gateway"] as const;

const sources: readonly Source[] = [
  { ...inFormat("otlp_json", telemetry), name: "otlp" },
  compliance(),
  ...gateways.map((name) => inFormat(name, [`test/fixtures/gateway/${name}/records.ndjson`])),
  inFormat("claude_audit_csv", ["test/fixtures/gateway/claude_audit_csv/records.csv"]),
];

/** The share of events with a value; `unknown` when they all say so, a dash when none has the field. */
function cell(field: string, events: readonly Fields[]): string {
  if (events.length === 0) return "·";
  if (derived.has(field)) return "derived";
  const present = events.filter((event) => event[field] !== undefined);
  if (present.length === 0) return "–";
  const known = present.filter((event) => event[field] !== "unknown").length;
  return known === 0 ? "unknown" : `${Math.round((100 * known) / events.length)} %`;
}

function renderTable(columns: readonly { name: string; events: readonly Fields[] }[]): string {
  const head = ["Field", "of", ...columns.map(({ name }) => `\`${name}\``)];
  const count = ["events", "", ...columns.map(({ events }) => String(events.length))];
  const body = rows.map(([field, among]) => [
    `\`${field}\``,
    among === undefined ? "all" : `\`${among}\``,
    ...columns.map(({ events }) => {
      const asked = events.filter((one) => among === undefined || one["activity_type"] === among);
      return cell(field, asked);
    }),
  ]);
  const lines = [head, head.map((_, index) => (index < 2 ? "---" : "---:")), count, ...body];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** The page about sources with its table renewed. */
export async function generateFillRate(): Promise<Readonly<Record<string, string>>> {
  const columns = [];
  for (const { name, read } of sources) columns.push({ name, events: await read() });
  const text = readFileSync(join(root, page), "utf8");
  const section = /(<!-- fill-rate: generated -->\n)[\s\S]*?(<!-- \/fill-rate -->)/;
  if (!section.test(text)) throw new Error(`${page} has lost its markers of the fill rate`);
  const table = renderTable(columns);
  const renewed = text.replace(
    section,
    (_, open: string, close: string) => `${open}\n${table}\n${close}`,
  );
  return { [page]: renewed };
}

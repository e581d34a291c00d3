import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseClassification } from "../../src/enrich/classify-table.ts";
import { createEnricher } from "../../src/enrich/enrich.ts";
import type { AuditEvent } from "../../src/event/event.ts";
import type { DataInReach } from "../../src/event/reach.ts";
import { activityTable } from "../../src/generated/activity-table.ts";
import { indexTable, readActivity } from "../../src/source/compliance-feed/activity.ts";
import { toSourceEvent } from "../../src/source/otlp/claude-code.ts";
import { decodeRequest } from "../../src/source/otlp/decode.ts";
import { expectGolden } from "../golden.ts";

const TABLE = `
default: internal
rules:
  - {id: people-files, class: restricted, ignore_case: true, when: {path: "*salar*.xlsx"}}
  - {id: test-server, class: sensitive, when: {mcp_server: everything}}
  - {id: one-project, class: sensitive, when: {project: "claude_proj_*"}}
  - {id: workspaces, class: sensitive, when: {workspace: "wrkspc_*"}}
  - {id: prompts, class: public, when: {source_kind: otlp, label: {event_name: user_prompt}}}
`;

interface Given {
  readonly name: string;
  readonly event: AuditEvent;
  readonly reach?: DataInReach | undefined;
}

const linesOf = (path: string): readonly string[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");

function telemetry(): readonly Given[] {
  const files = readdirSync("test/fixtures/otlp").filter((name) => name.endsWith(".ndjson"));
  return files.sort().flatMap((file) =>
    linesOf(`test/fixtures/otlp/${file}`).flatMap((line) => {
      const request = decodeRequest(line);
      const records = request.kind === "logs" ? request.records : [];
      return records.flatMap((record): Given | readonly [] => {
        const source = toSourceEvent(record);
        return source ? { name: source.name, event: source.event, reach: source.reach } : [];
      });
    }),
  );
}

function activities(): readonly Given[] {
  const context = {
    origin: "feed",
    table: indexTable(activityTable),
    isOwn: () => false,
    resolvePerson: (person: { readonly id?: string }) => person.id ?? "",
    contextOf: () => undefined,
  };
  const files = readdirSync("test/fixtures/compliance-feed").filter((name) =>
    name.endsWith(".ndjson"),
  );
  return files.sort().flatMap((file) =>
    linesOf(`test/fixtures/compliance-feed/${file}`).flatMap((line): Given | readonly [] => {
      const { record } = readActivity(JSON.parse(line), context as never);
      if (record.text === undefined) return [];
      const event = JSON.parse(record.text) as AuditEvent;
      return { name: event.labels?.["event_name"] ?? "", event, reach: record.reach };
    }),
  );
}

it.each([
  ["otlp", telemetry],
  ["compliance-feed", activities],
] as const)("records of %s get these classes", (source, read) => {
  const parsed = parseClassification(TABLE, "t.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const { enrich } = createEnricher({ classification: parsed.value });
  const lines = read().map(({ name, event, reach }) => {
    const { data_classification: level, labels } = enrich(event, { reach });
    return `${name} ${level} ${labels?.["classification_rules"] ?? "stated"}`;
  });
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const text = [...counts].map(([line, count]) => `${line} ×${count}\n`).sort();
  expect(lines.length).toBeGreaterThan(10);
  expectGolden(`classify/${source}.txt`, text.join(""));
});

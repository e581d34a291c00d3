/** What the demo shows: tables of what came in, what it became, what was found. */
import type { RuleIr } from "../../rule/ir.ts";
import { paint, severityTint } from "../terminal/style.ts";
import { count, counted, renderTable } from "../terminal/table.ts";
import type { IngestedSource } from "./ingest.ts";
import { type Comparison, KEPT_DOCUMENTS, type NormalizedTarget } from "./judge.ts";

const right = "right" as const;

export function renderSources(sources: readonly IngestedSource[], colour: boolean): string {
  const columns = [
    { title: "source" },
    { title: "records", align: right },
    { title: "accepted", align: right },
    { title: "of these marked", align: right },
    { title: "rejected", align: right },
  ];
  const rows = sources.map((one) => [
    one.name,
    ...[one.records, one.accepted, one.marked, one.rejected].map(count),
  ]);
  const table = renderTable(columns, rows, colour);
  return `${table}  Rejected lines are kept with their reasons in rejects.ndjson.\n`;
}

const SCHEMAS = {
  elastic: "ECS 9.4",
  sentinel: "ClaudeAudit_CL",
  splunk: "CIM, HEC envelope",
} as const;

export function renderNormalized(normalized: readonly NormalizedTarget[], colour: boolean): string {
  const columns = [
    { title: "target" },
    { title: "schema" },
    { title: "documents", align: right },
    { title: "MB", align: right },
  ];
  const rows = normalized.map(({ target, documents, bytes }) => [
    target,
    SCHEMAS[target],
    count(documents),
    (bytes / 1_000_000).toFixed(1),
  ]);
  return `${renderTable(columns, rows, colour)}  The first ${KEPT_DOCUMENTS} of each are in normalized/.\n`;
}

function shorten(entity: Readonly<Record<string, string>>): string {
  return Object.entries(entity)
    .map(([key, value]) => `${key} ${value.length > 10 ? `${value.slice(0, 8)}…` : value}`)
    .join(", ");
}

/** How each rule did, then the planted incidents one by one. */
export function renderAlertsFound(
  comparison: Comparison,
  rules: readonly RuleIr[],
  colour: boolean,
): string {
  const { marked } = comparison;
  const summary = rules.map((rule) => {
    const own = marked.filter(({ alert }) => alert.rule === rule.name);
    const planted = own.filter(({ planted: one }) => one !== undefined).length;
    return [
      rule.severity,
      rule.name,
      count(own.length),
      count(planted),
      count(own.length - planted),
    ];
  });
  const columns = [
    { title: "severity", tint: severityTint },
    { title: "rule" },
    { title: "alerts", align: right },
    { title: "planted", align: right },
    { title: "others", align: right },
  ];
  const found = marked.flatMap(({ alert, planted }) => {
    if (planted === undefined) return [];
    return [
      [alert.time.slice(0, 16).replace("T", " "), alert.rule, planted.title, shorten(alert.entity)],
    ];
  });
  const list = renderTable(
    [
      { title: "time (UTC)" },
      { title: "rule" },
      { title: "planted incident", widthMax: 70 },
      { title: "about" },
    ],
    found,
    colour,
  );
  const verdict = (bad: number, text: string): string =>
    `  ${paint(colour, bad === 0 ? "green" : "red", text)}\n`;
  const { missed, disturbed, incidents, nearMisses } = comparison;
  const others = marked.length - found.length;
  return [
    renderTable(columns, summary, colour),
    `\n${list}\n`,
    verdict(missed.length, `${incidents - missed.length} of ${incidents} planted incidents found.`),
    verdict(
      disturbed.length,
      `${nearMisses - disturbed.length} of ${nearMisses} planted near misses stayed quiet.`,
    ),
    ...missed.map(({ rule, title }) => `  missed: ${rule}: ${title}\n`),
    ...disturbed.map(({ rule, title }) => `  should be quiet: ${rule}: ${title}\n`),
    others === 0
      ? ""
      : `  ${counted(others, "other alert")}: ordinary work that looks the same, as in any company.\n`,
    "  All alerts with their events are in alerts.ndjson.\n",
  ].join("");
}

export function renderNextSteps(folder: string, colour: boolean): string {
  const steps = [
    [`claude-siem journal verify ${folder}/journal`, "check the chain"],
    [
      `claude-siem detect --events ${folder}/log.ndjson --format table`,
      "run the rules over any log",
    ],
    ["claude-siem explain high-volume-user", "a rule in words"],
    ["claude-siem test", "the rules' own test cases"],
    ["claude-siem build --out packs", "content for your SIEM"],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  const lines = steps.map(
    ([command, what]) => `  ${command.padEnd(width)}${paint(colour, "dim", what)}\n`,
  );
  return `\nNext (in a checkout, write \`npm run -s cli --\` for \`claude-siem\`):\n${lines.join("")}`;
}

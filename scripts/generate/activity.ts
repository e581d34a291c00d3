// From activities/compliance-feed.yaml: what types of activities mean, as code.
import { readFileSync } from "node:fs";
import {
  activityCategories,
  activityKinds,
} from "../../src/source/compliance-feed/activity-type.ts";
import { parseActivityTable } from "../../src/source/compliance-feed/parse-table.ts";

const file = "activities/compliance-feed.yaml";

function rows(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `    ${name}: ${JSON.stringify(value)},\n`)
    .join("");
}

function union(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(" | ");
}

function texts(values: readonly string[]): string {
  return `[\n${values.map((value) => `    ${JSON.stringify(value)},\n`).join("")}  ]`;
}

export function generateActivities(): Readonly<Record<string, string>> {
  const path = new URL(`../../${file}`, import.meta.url);
  const parsed = parseActivityTable(readFileSync(path, "utf8"), file);
  if (!parsed.ok) {
    const lines = parsed.diagnostics.map(
      ({ code, span, message }) => `${span.file}:${span.line}:${span.column} ${code} ${message}`,
    );
    throw new Error(`The table of activity types has errors:\n${lines.join("\n")}`);
  }
  const { persons, labels, types } = parsed.value;
  return {
    "activity-table.ts":
      `// Written by \`npm run generate\` from ${file}. Do not edit.\n\n` +
      'import type { Severity } from "../event/event.ts";\n\n' +
      "/** What one type means; the table's own file explains the members. */\n" +
      "export interface GeneratedActivityType {\n" +
      `  readonly category: ${union(activityCategories)};\n` +
      `  readonly as: ${union(activityKinds)};\n` +
      "  readonly outcome: string;\n  readonly permission?: string;\n" +
      "  readonly before?: string;\n  readonly after?: readonly string[];\n" +
      "  readonly decided_by?: string;\n  readonly severity?: Severity;\n" +
      "  readonly blocked?: boolean;\n  readonly policy_flags?: readonly string[];\n" +
      "  readonly security_flags?: readonly string[];\n}\n\n" +
      "/** What the types of activities of the Compliance API mean. */\n" +
      "export const activityTable: {\n" +
      "  readonly persons: readonly string[];\n  readonly labels: readonly string[];\n" +
      "  readonly types: Readonly<Record<string, GeneratedActivityType>>;\n} = {\n" +
      `  persons: ${texts(persons)},\n  labels: ${texts(labels)},\n  types: {\n${rows(types)}  },\n};\n`,
  };
}

/** `dashboards/<name>.yaml` → `Dashboard`. One run reports every problem of the file. */
import { type Diagnostic, fail, type Result, report, resultOf } from "../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import type { EventField } from "../event/event.ts";
import { fieldInfo } from "../event/field.ts";
import { resolveField } from "../mapping/field-name.ts";
import { schemaOf, targets } from "../mapping/schema.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { type Dashboard, type Panel, RANGE_MS_MAX, RANGE_MS_MIN, type Section } from "./ir.ts";
import { parseFields } from "./parse-measure.ts";
import { groupableFields, parsePanel } from "./parse-panel.ts";

const VERSION = /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/;

/** Whether some target can let people choose among the values of a field. */
function isFilterable(field: EventField): boolean {
  return (
    groupableFields.includes(field) &&
    fieldInfo(field)?.kind !== "boolean" &&
    targets.some((target) => resolveField(schemaOf[target], field)?.transform === "copy")
  );
}

function parseFilters(reader: MapReader, diagnostics: Diagnostic[]): readonly EventField[] {
  return parseFields(reader.list("filters"), diagnostics).map(({ field, item }) => {
    if (!isFilterable(field)) {
      const known = groupableFields.filter(isFilterable);
      const args = { field, known };
      diagnostics.push(report(dashboardMessage.unsupportedFilter, item.span, args));
    }
    return field;
  });
}

/** Fields that name one session or one person, whose events somebody may have to follow. */
const SUBJECTS: readonly EventField[] = ["session_id", "user_id_hash"];

function parseSubject(reader: MapReader, diagnostics: Diagnostic[]): readonly EventField[] {
  return parseFields(reader.optionalList("subject"), diagnostics).flatMap(({ field, item }) => {
    if (SUBJECTS.includes(field)) return [field];
    const args = { field, known: SUBJECTS };
    diagnostics.push(report(dashboardMessage.notTheSubject, item.span, args));
    return [];
  });
}

function parseSections(
  reader: MapReader,
  subject: readonly EventField[],
  diagnostics: Diagnostic[],
): readonly Section[] {
  return (reader.filledList("sections")?.items ?? []).flatMap((item) => {
    const section = MapReader.of(item, "a section", diagnostics);
    if (section === undefined) return [];
    const title = section.string("title");
    const about = section.string("about");
    const panels = (section.filledList("panels")?.items ?? []).flatMap((node) => {
      const panel = MapReader.of(node, "a panel", diagnostics);
      const parsed = panel && parsePanel(panel, subject, diagnostics);
      return parsed === undefined ? [] : [parsed];
    });
    section.done();
    return title === undefined || about === undefined
      ? []
      : [{ title, about: about.trim(), panels }];
  });
}

function checkNames(sections: readonly Section[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  const again = (panel: Panel): boolean => seen.has(panel.name) || !seen.add(panel.name);
  return sections
    .flatMap(({ panels }) => panels)
    .filter(again)
    .map((panel) => report(dashboardMessage.duplicatePanel, panel.span, { panel: panel.name }));
}

/**
 * Parses and checks a dashboard.
 *
 * @param file Name used in positions; its last part without extension must be the dashboard's name.
 * @returns The dashboard, or diagnostics Y1xx, R3xx (names and expressions) and B1xx.
 */
export function parseDashboard(text: string, file: string): Result<Dashboard> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const reader = MapReader.of(yaml.value, "a dashboard", diagnostics);
  if (reader === undefined) return fail(diagnostics);
  const name = reader.string("name");
  const version = reader.string("version");
  const title = reader.string("title");
  const description = reader.string("description");
  const rangeMs = reader.durationWithin("range", { min: RANGE_MS_MIN, max: RANGE_MS_MAX });
  const filters = parseFilters(reader, diagnostics);
  const subject = parseSubject(reader, diagnostics);
  const sections = parseSections(reader, subject, diagnostics);
  reader.done();
  diagnostics.push(...checkNames(sections));
  if (version !== undefined && !VERSION.test(version)) {
    const args = { key: "version", found: version, expected: "a version such as 1.2.3" };
    diagnostics.push(report(ruleMessage.badIdentity, reader.spanOf("version"), args));
  }
  const stem = (file.split("/").at(-1) ?? "").replace(/\.ya?ml$/, "");
  if (name !== undefined && name !== stem) {
    const args = { key: "name", found: name, expected: `"${stem}", the name of the file` };
    diagnostics.push(report(ruleMessage.badIdentity, reader.spanOf("name"), args));
  }
  const { span } = reader;
  const dashboard = {
    name,
    version,
    title,
    description,
    rangeMs,
    filters,
    subject,
    sections,
    span,
  };
  // Every required part that is missing has been reported, so without errors the dashboard is complete.
  return resultOf(dashboard as Dashboard, diagnostics);
}

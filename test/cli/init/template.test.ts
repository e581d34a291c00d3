import { describe, expect, it } from "vitest";
import { renderTemplate, shownValue, type TemplateItem } from "../../../src/cli/init/template.ts";
import { isRequired, type OptionRows } from "../../../src/config/section.ts";
import { parseConnectorConfig } from "../../../src/connector/config.ts";
import { connectorTable, type Kinds } from "../../../src/connector/config-table.ts";
import { kinds } from "../../../src/connector/registry.ts";
import type { Diagnostic } from "../../../src/diagnostic/diagnostic.ts";
import { testKinds } from "../../connector/kinds.ts";

const item = (kind: string): TemplateItem => ({ kind, values: {} });

function render(of: Kinds, sources: readonly string[], sinks: readonly string[]): string {
  return renderTemplate(of, {
    schema: "schema.json",
    root: { deployment: '"production"' },
    sources: sources.map(item),
    sinks: sinks.map(item),
  });
}

function problems(text: string, of: Kinds): readonly Diagnostic[] {
  return parseConnectorConfig(text, "claude-siem.yaml", of).diagnostics;
}

const names = (entries: readonly { readonly kind: string }[]) => entries.map(({ kind }) => kind);
const sets: readonly (readonly [string, Kinds])[] = [
  ["the kinds for tests", testKinds],
  ["the kinds that ship", kinds],
];

describe.each(sets)("a file for %s", (_, of) => {
  const pairs = names(of.sources).flatMap((source) =>
    names(of.sinks).map((sink) => [source, sink] as const),
  );

  it.each(pairs)("with source %s and sink %s parses", (source, sink) => {
    expect(problems(render(of, [source], [sink]), of)).toEqual([]);
  });

  it("with all kinds, some twice, parses", () => {
    const all = [...names(of.sources), ...names(of.sources)];
    const text = render(of, all, [...names(of.sinks), ...names(of.sinks)]);
    expect(problems(text, of)).toEqual([]);
  });

  it("has each key of each kind once", () => {
    const text = render(of, names(of.sources), names(of.sinks));
    const lines = text.split("\n");
    for (const { rows, kind } of [...of.sources, ...of.sinks]) {
      const start = lines.indexOf(`    kind: ${kind}`);
      for (const key of Object.keys(rows))
        expect(
          lines.slice(start).some((line) => line.trim().replace(/^#/, "").startsWith(`${key}:`)),
          `${kind} ${key}`,
        ).toBe(true);
    }
  });
});

/** Lines that show a default, and where. */
function commented(text: string): readonly number[] {
  return text.split("\n").flatMap((line, index) => (/^ *#[a-z]/.test(line) ? [index] : []));
}

/** Takes in what is required in the map that begins at a line. */
function takeRequired(lines: string[], header: number): void {
  const depth = (lines[header] ?? "").search(/[^ ]/);
  for (let at = header + 1; (lines[at] ?? "").search(/[^ ]/) > depth; at += 1)
    if (lines[at - 1]?.endsWith("Required.")) lines[at] = (lines[at] ?? "").replace("#", "");
}

/** The text with one setting taken in, and the map it stands in. */
function takeIn(text: string, index: number): string {
  const lines = text.split("\n");
  const indent = (line: string): number => line.search(/[^ ]/);
  let depth = Number.POSITIVE_INFINITY;
  for (let at = index; at >= 0; at -= 1) {
    const line = lines[at] ?? "";
    if (!/^ *#[a-z]/.test(line)) {
      if (/^ *(- )?[a-z_]+:/.test(line)) depth = Math.min(depth, indent(line));
      continue;
    }
    if (at !== index && !(indent(line) < depth && line.endsWith(":"))) continue;
    if (at !== index) takeRequired(lines, at);
    depth = indent(line);
    lines[at] = line.replace("#", "");
    if (depth === 0) break;
  }
  return lines.join("\n");
}

/**
 * Settings that mean something only with another one; what they conflict with is tested where the kind
 * is.
 */
function isConflict(found: readonly Diagnostic[]): boolean {
  return found.length > 0 && found.every(({ code }) => code === "F908");
}

describe("a default that is commented out", () => {
  it.each(sets)("counts when the mark is taken away: %s", (_, of) => {
    const everyKind = [...of.sources, ...of.sinks];
    for (const { kind } of everyKind) {
      const isSource = names(of.sources).includes(kind);
      const other = isSource ? of.sinks[0]?.kind : of.sources[0]?.kind;
      if (other === undefined) continue;
      const text = isSource ? render(of, [kind], [other]) : render(of, [other], [kind]);
      for (const index of commented(text)) {
        const changed = takeIn(text, index);
        expect(changed).not.toBe(text);
        const found = problems(changed, of);
        // content_logging is refused on purpose until all of it is there; an address needs its flag.
        if (isConflict(found)) continue;
        const line = changed.split("\n")[index];
        expect(found, `${kind}: ${line}`).toEqual([]);
      }
    }
  });
});

describe("a required key", () => {
  it.each(sets)("has an example: %s", (_, of) => {
    const rows = [...of.sources, ...of.sinks].map(({ kind, rows: own }) => [kind, own] as const);
    const all: readonly (readonly [string, OptionRows])[] = [
      ["root", connectorTable(of) as OptionRows],
      ...rows,
    ];
    for (const [kind, table] of all)
      for (const [key, option] of Object.entries(table))
        if (isRequired(option) && option.rows === undefined && key !== "sources" && key !== "sinks")
          expect(option.example, `${kind} ${key}`).toBeDefined();
  });

  it("stands with what was answered", () => {
    const text = renderTemplate(testKinds, {
      schema: "s",
      root: { pseudonym: { key: "{file: own.key}" } },
      sources: [item("stdin")],
      sinks: [{ kind: "file", values: { path: '"own file.ndjson"' } }],
    });
    expect(text).toContain("\n  key: {file: own.key}\n");
    expect(text).toContain('\n    path: "own file.ndjson"\n');
    expect(text).toContain("\n#deployment: production\n");
  });
});

describe("a shown value", () => {
  it("is the default, else the example, else what the type looks like", () => {
    const base = { doc: "", schema: {}, read: () => undefined };
    expect(shownValue({ ...base, type: "duration", fallback: "1s", example: "2s" })).toBe("1s");
    expect(shownValue({ ...base, type: "text", fallback: "none", example: "x" })).toBe("x");
    expect(shownValue({ ...base, type: "secret, optional", fallback: "none" })).toBe("{env: NAME}");
    expect(shownValue({ ...base, type: "gzip | none", fallback: "none" })).toBe("none");
    expect(shownValue({ ...base, type: "list of texts", fallback: "none" })).toBe("[]");
  });
});

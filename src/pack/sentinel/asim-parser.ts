/** Parsers of ASIM as KQL functions over ClaudeAudit: one that filters (`vim…`), one that does not. */
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { join, name, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import { sentinelColumns } from "../../generated/target-fields.ts";
import { resolveField } from "../../mapping/field-name.ts";
import { ASIM_PRODUCT, type AsimFilter, type AsimSchema, type AsimValue } from "./asim.ts";
import { AUDIT_FUNCTION, type KqlFunction } from "./function.ts";

/** The column of the table that a value is read from, where it is from one. */
export function sourceColumn(source: AsimValue): string | undefined {
  switch (source.kind) {
    case "field": {
      const resolved = resolveField("sentinel", source.field);
      if (resolved === undefined) throw new Error(`no column holds ${source.field}`);
      return resolved.name;
    }
    case "column":
      if (!sentinelColumns.some((one) => one.name === source.column))
        throw new Error(`no column ${source.column}`);
      return source.column;
    case "choice":
      return sourceColumn(source.of);
    case "constant":
    case "began":
      return undefined;
  }
}

function lowerValue(source: AsimValue): Text {
  switch (source.kind) {
    case "field":
    case "column":
      return name(sourceColumn(source) ?? "");
    case "constant":
      return typeof source.value === "number"
        ? text`int(${value(source.value)})`
        : value(source.value);
    case "choice": {
      const of = lowerValue(source.of);
      const cases = source.cases.map(
        ({ equals, text: shown }) => text`${of} == ${value(equals)}, ${value(shown)}`,
      );
      return text`case(${join([...cases, lowerValue(source.otherwise)], ", ")})`;
    }
    case "began":
      return text`iff(EventTypeName == 'session_end' and isnotnull(DurationMs), TimeGenerated - DurationMs * 1ms, TimeGenerated)`;
  }
}

/**
 * Columns of the table that the result does not show otherwise. The event as it was in the journal is
 * left out: it says the same again, and may be long.
 */
export function additionalColumns({ columns }: AsimSchema): readonly string[] {
  const shown = new Set([...columns.map(({ value: from }) => sourceColumn(from)), "RawEvent"]);
  return sentinelColumns.map((one) => one.name).filter((one) => !shown.has(one));
}

function lowerProjection(schema: AsimSchema): Text {
  const columns = schema.columns.map(
    ({ name: column, value: from }) => text`${name(column)} = ${lowerValue(from)}`,
  );
  const rest = additionalColumns(schema).map((one) => text`${value(one)}, ${name(one)}`);
  return join(
    [
      ...columns,
      text`Type = ${value(KQL_TABLE)}`,
      text`AdditionalFields = iff(pack, bag_pack(${join(rest, ", ")}), dynamic({}))`,
    ],
    ",\n    ",
  );
}

function lowerFilter({ parameter, test, columns }: AsimFilter): Text {
  const wanted = name(parameter);
  const any = (one: (column: Text) => Text): Text =>
    join(
      columns.map((column) => one(name(column))),
      " or ",
    );
  const unset = text`array_length(${wanted}) == 0`;
  switch (test) {
    case "has_any":
      return text`(${unset} or ${any((column) => text`${column} has_any (${wanted})`)})`;
    case "in":
      return text`(${unset} or ${any((column) => text`${column} in~ (${wanted})`)})`;
    case "ip_prefix":
      return text`(${unset} or ${any((column) => text`has_any_ipv4_prefix(${column}, ${wanted})`)})`;
    case "equals":
      return text`(${wanted} == '*' or ${any((column) => text`${column} =~ ${wanted}`)})`;
    case "none":
      return unset;
  }
}

function declare({ parameter, test }: AsimFilter): string {
  return test === "equals" ? `${parameter}:string='*'` : `${parameter}:dynamic=dynamic([])`;
}

const SWITCHES = "disabled:bool=False, pack:bool=False";

function parser(schema: AsimSchema, filtering: boolean): KqlFunction {
  const head = text`${raw(AUDIT_FUNCTION)}
| where not(disabled) and EventSchema == ${value(schema.name)}`;
  const times = raw(
    "\n| where (isnull(starttime) or TimeGenerated >= starttime) and (isnull(endtime) or TimeGenerated <= endtime)",
  );
  const projection = text`
| project
    ${lowerProjection(schema)}`;
  const filters = text`
| where ${join(schema.filters.map(lowerFilter), "\n    and ")}`;
  const body = join(filtering ? [head, times, projection, filters] : [head, projection], "");
  const alias = `${filtering ? "vim" : "ASim"}${schema.name}${ASIM_PRODUCT}`;
  const declared = [
    "starttime:datetime=datetime(null)",
    "endtime:datetime=datetime(null)",
    ...schema.filters.map(declare),
    SWITCHES,
  ];
  return {
    alias,
    title: `ASIM ${schema.name} of Claude${filtering ? ", filtering" : ""}`,
    category: "ASIM",
    parameters: filtering ? declared.join(", ") : SWITCHES,
    query: `${renderText(body, kqlLexicon)}\n`,
  };
}

/** The two parsers of a schema. */
export function asimParsers(schema: AsimSchema): readonly KqlFunction[] {
  return [parser(schema, false), parser(schema, true)];
}

/** Groups in the order of the schema, from the mildest to the worst, where a field has one. */
import { join, name, raw, type Text, text, value } from "../../dialect/text.ts";
import { fieldInfo } from "../../event/field.ts";
import { type Dimension, dimensionName } from "../ir.ts";

/** The place of a row's group among the values of the schema; what is not among them comes last. */
export function schemaPlace(dimension: Dimension | undefined): Text | undefined {
  if (dimension?.kind !== "field") return undefined;
  const values = fieldInfo(dimension.field)?.values ?? [];
  if (values.length === 0) return undefined;
  const places = values.map(
    (one, index) => text`${name(dimension.field)} == ${value(one)}, ${raw(String(index))}`,
  );
  return text`case(${join(places, ", ")}, ${raw(String(values.length))})`;
}

/** Rows in order of their first keys, then of the schema's order of their last one. */
export function sortForLegend(dimensions: readonly Dimension[]): Text {
  const place = schemaPlace(dimensions.at(-1));
  const keys = dimensions.map((one) => text`${name(dimensionName(one))} asc`);
  if (place === undefined) return text`\n| sort by ${join(keys, ", ")}`;
  const first = keys.slice(0, -1);
  return text`\n| extend place = ${place}
| sort by ${join([...first, raw("place asc"), ...keys.slice(-1)], ", ")}
| project-away place`;
}

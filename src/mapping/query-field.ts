/** How queries name what a mapping writes. The generator puts the result into `src/generated`. */
import { type FieldOutput, type Mapping, type Output, type Source, soleSource } from "./mapping.ts";
import type { ResolvedField, Schema, TargetField } from "./schema.ts";

/**
 * The name a search uses for what stands at an output's path. Splunk puts the members of `event` at
 * the top and names the elements of a JSON list `name{}`.
 */
function queryName(schema: Schema, output: Output): string {
  if (output.kind === "field" && output.query !== undefined) return output.query;
  if (schema !== "cim") return output.to;
  const name = output.path.at(-1) ?? "";
  return output.type === "multivalue" ? `${name}{}` : name;
}

function resolvedTransform(output: FieldOutput): ResolvedField["transform"] | undefined {
  const { kind } = output.transform;
  switch (kind) {
    case "copy":
    case "ms_to_ns":
    case "ms_to_s":
    case "iso_to_epoch_seconds":
    case "flat_keys":
      return kind;
    case "array_wrap":
    case "collect":
    case "first":
    case "summary":
    case "json_string":
    case "lookup":
    case "constant":
      // The field's own values cannot be told from these.
      return undefined;
  }
}

/** Each source with its place in queries: that of the first rule in the file that keeps its values. */
export function queryFields(mapping: Mapping): ReadonlyMap<Source, ResolvedField> {
  const fields = new Map<Source, ResolvedField>();
  for (const output of mapping.fields) {
    const source = soleSource(output);
    const transform = resolvedTransform(output);
    if (source === undefined || transform === undefined || fields.has(source)) continue;
    fields.set(source, { name: queryName(mapping.schema, output), type: output.type, transform });
  }
  return fields;
}

/** Everything documents of the target may hold, by its path, in document order. */
export function targetFields(mapping: Mapping): readonly TargetField[] {
  const types = new Map(mapping.outputs.map((output) => [output.to, output.type]));
  return [...types].map(([name, type]) => ({ name, type }));
}

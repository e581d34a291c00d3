/** What a mapping table says about one value, YAML → `ValueSpec`; and its conditions. */
import { type Diagnostic, report } from "../../diagnostic/diagnostic.ts";
import * as gatewayMessage from "../../diagnostic/message/gateway.ts";
import { plainValue, type YamlNode } from "../../yaml/node.ts";
import { MapReader } from "../../yaml/reader.ts";
import type { Condition, Constant, Origin, ValueSpec } from "./adapter.ts";
import { type Path, parsePath } from "./path.ts";
import { type TransformName, transformNames } from "./transform.ts";

export const ORIGINS = ["from", "value", "sum", "elapsed", "join", "flags", "first"] as const;

/** A complaint about a place of a table. */
export function complain(node: YamlNode, detail: string, diagnostics: Diagnostic[]): undefined {
  diagnostics.push(report(gatewayMessage.badAdapter, node.span, { detail }));
  return undefined;
}

export function readPath(node: YamlNode, diagnostics: Diagnostic[]): Path | undefined {
  const text = node.kind === "scalar" ? node.value : undefined;
  const path = typeof text === "string" ? parsePath(text) : undefined;
  return (
    path ??
    complain(node, `${JSON.stringify(text ?? null)} is no path such as metadata.user`, diagnostics)
  );
}

/** One path, or a list of them. */
export function readPaths(node: YamlNode | undefined, diagnostics: Diagnostic[]): readonly Path[] {
  if (node === undefined) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) => readPath(one, diagnostics) ?? []);
}

function scalarText(node: YamlNode, diagnostics: Diagnostic[]): string | undefined {
  if (node.kind === "scalar" && node.value !== null) return String(node.value);
  return complain(node, "a value to compare with is text, a number, true or false", diagnostics);
}

function readCondition(node: YamlNode, diagnostics: Diagnostic[]): Condition | undefined {
  const reader = MapReader.of(node, "a condition", diagnostics);
  if (reader === undefined) return undefined;
  const any = reader.optional("any");
  if (any !== undefined) {
    reader.done();
    return { kind: "any", conditions: readConditions(any, diagnostics) };
  }
  const pathNode = reader.required("path", "a path such as metadata.user");
  const path = pathNode && readPath(pathNode, diagnostics);
  const present = reader.optionalBoolean("present");
  const above = reader.optionalNumber("above");
  const is = reader.optional("is");
  const within = reader.optionalList("in");
  const without = reader.optionalList("not_in");
  reader.done();
  const given = [present, above, is, within, without].filter((one) => one !== undefined);
  if (given.length !== 1)
    return complain(node, "a condition has one of present, above, is, in, not_in", diagnostics);
  if (path === undefined) return undefined;
  if (present !== undefined) return { kind: "present", path, wanted: present };
  if (above !== undefined) return { kind: "above", path, limit: above };
  const list = is === undefined ? ((within ?? without)?.items ?? []) : [is];
  const values = list.flatMap((one) => scalarText(one, diagnostics) ?? []);
  return { kind: "among", path, values, wanted: without === undefined };
}

/** A list of conditions, or one. */
export function readConditions(
  node: YamlNode | undefined,
  diagnostics: Diagnostic[],
): readonly Condition[] {
  if (node === undefined) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) => readCondition(one, diagnostics) ?? []);
}

function constantOf(node: YamlNode, diagnostics: Diagnostic[]): Constant | undefined {
  const value = plainValue(node);
  if (["string", "number", "boolean"].includes(typeof value)) return value as Constant;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  return complain(
    node,
    "a fixed value is text, a number, true, false or a list of texts",
    diagnostics,
  );
}

function readFlags(node: YamlNode, diagnostics: Diagnostic[]): Origin | undefined {
  const reader = MapReader.of(node, "flags", diagnostics);
  const flags = reader?.keys().map((name) => ({
    name,
    when: readConditions(reader.required(name, "a condition"), diagnostics),
  }));
  return flags && { kind: "flags", flags };
}

function readOrigin(
  kind: (typeof ORIGINS)[number],
  node: YamlNode,
  diagnostics: Diagnostic[],
): Origin | undefined {
  switch (kind) {
    case "value": {
      const value = constantOf(node, diagnostics);
      return value === undefined ? undefined : { kind, value };
    }
    case "elapsed": {
      const [start, end, ...more] = readPaths(node, diagnostics);
      return start !== undefined && end !== undefined && more.length === 0
        ? { kind, start, end }
        : complain(node, "elapsed takes the paths of two instants", diagnostics);
    }
    case "flags":
      return readFlags(node, diagnostics);
    case "first": {
      const nodes = node.kind === "list" ? node.items : [node];
      return { kind, values: nodes.flatMap((one) => readValue(one, diagnostics) ?? []) };
    }
    default:
      return { kind, paths: readPaths(node, diagnostics) };
  }
}

function readMap(reader: MapReader): ReadonlyMap<string, string> | undefined {
  const map = reader.optionalMap("map");
  return map && new Map(map.keys().map((key) => [key, map.string(key) ?? ""]));
}

function readFallback(
  reader: MapReader,
  diagnostics: Diagnostic[],
): ValueSpec["fallback"] | undefined {
  const node = reader.optional("default");
  if (node === undefined) return undefined;
  const value = constantOf(node, diagnostics);
  const why = reader.string("why");
  return value === undefined || why === undefined ? undefined : { value, why };
}

/** How a value is made. A path or a list of paths alone stands for `from`. */
export function readValue(
  node: YamlNode,
  diagnostics: Diagnostic[],
  usual?: TransformName,
): ValueSpec | undefined {
  const used = usual !== undefined && { as: usual };
  if (node.kind !== "map")
    return { origin: { kind: "from", paths: readPaths(node, diagnostics) }, ...used };
  const reader = MapReader.of(node, "a value", diagnostics);
  if (reader === undefined) return undefined;
  const kinds = ORIGINS.filter((kind) => reader.optional(kind) !== undefined);
  const [kind] = kinds;
  const fallback = readFallback(reader, diagnostics);
  const as = reader.optionalChoice("as", transformNames);
  const map = readMap(reader);
  const otherwise = reader.optionalString("otherwise");
  reader.done();
  // A value that is never there has a default alone: the table says that the product does not tell.
  if (kind === undefined && fallback !== undefined)
    return { origin: { kind: "from", paths: [] }, fallback };
  if (kind === undefined || kinds.length > 1)
    return complain(node, `a value has one of ${ORIGINS.join(", ")}`, diagnostics);
  if (otherwise !== undefined && map === undefined)
    return complain(node, '"otherwise" is for values that "map" does not have', diagnostics);
  const origin = readOrigin(kind, reader.optional(kind) ?? node, diagnostics);
  return (
    origin && {
      origin,
      ...(as === undefined ? used : { as }),
      ...(map !== undefined && { map }),
      ...(otherwise !== undefined && { otherwise }),
      ...(fallback !== undefined && { fallback }),
    }
  );
}

/** The values under a map of names. */
export function readValues(
  reader: MapReader | undefined,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, ValueSpec> {
  const values = new Map<string, ValueSpec>();
  for (const name of reader?.keys() ?? []) {
    const node = reader?.required(name, "how the value is made");
    const value = node && readValue(node, diagnostics);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

/** Which members of a record a mapping table knows: used, copied to labels, or left out for a reason. */
import type { Adapter, Condition, Template, ValueSpec } from "./adapter.ts";
import { type Fields, isFields, type Path } from "./path.ts";

/** Names of members as far as they are told; records may hold any number of them. */
const NAMES_MAX = 64;
const DEPTH_MAX = 16;

interface Known {
  readonly members: Map<string, Known>;
  /** Elements of lists and maps whose names are data. */
  element: Known | undefined;
  /** Everything below is known. */
  isWhole: boolean;
}

function empty(): Known {
  return { members: new Map(), element: undefined, isWhole: false };
}

function mark(root: Known, parts: readonly string[]): Known {
  let at = root;
  for (const part of parts) {
    const next = at.members.get(part) ?? empty();
    at.members.set(part, next);
    at = next;
  }
  return at;
}

function pathsOfCondition(condition: Condition): readonly Path[] {
  return condition.kind === "any"
    ? condition.conditions.flatMap(pathsOfCondition)
    : [condition.path];
}

function pathsOfValue({ origin }: ValueSpec): readonly Path[] {
  switch (origin.kind) {
    case "value":
      return [];
    case "elapsed":
      return [origin.start, origin.end];
    case "flags":
      return origin.flags.flatMap(({ when }) => when.flatMap(pathsOfCondition));
    case "first":
      return origin.values.flatMap(pathsOfValue);
    default:
      return origin.paths;
  }
}

function pathsOfTemplate(template: Template): readonly Path[] {
  return [
    ...template.when.flatMap(pathsOfCondition),
    ...[...template.fields.values(), ...template.details.values()].flatMap(pathsOfValue),
    ...template.labels,
    ...(template.namedBy === undefined ? [] : [template.namedBy]),
  ];
}

/** Finds the members of records that a table does not know. */
export class KnownFields {
  readonly #root: Known = empty();

  constructor(adapter: Adapter) {
    const values = [adapter.time, adapter.person, ...adapter.fields.values()];
    const paths = [
      ...adapter.record.flat(),
      ...adapter.id,
      ...adapter.labels,
      ...values.flatMap(pathsOfValue),
      ...[...adapter.dropped.values()].flat(),
    ];
    for (const path of paths) this.#markWhole(path, []);
    for (const template of [...adapter.events, adapter.otherwise]) this.#markTemplate(template);
  }

  #markTemplate(template: Template): void {
    const elements = template.each.map(({ path }) => {
      const list = mark(this.#root, path.parts);
      list.element ??= empty();
      return list.element;
    });
    // An element that stands alone instead of a list of one has its members in the list's place.
    const alone = template.each.map(({ path }) => mark(this.#root, path.parts));
    for (const path of pathsOfTemplate(template)) this.#markWhole(path, [...elements, ...alone]);
  }

  #markWhole({ root, parts }: Path, elements: readonly Known[]): void {
    if (root === "record") mark(this.#root, parts).isWhole = true;
    if (root !== "item") return;
    for (const element of elements) if (parts.length > 0) mark(element, parts).isWhole = true;
  }

  /** Paths of the members that the table does not know, without the values. */
  unknown(record: Fields): readonly string[] {
    const found: string[] = [];
    this.#collect(record, this.#root, "", 0, found);
    return found;
  }

  #collect(value: unknown, known: Known, at: string, depth: number, found: string[]): void {
    if (depth > DEPTH_MAX || found.length >= NAMES_MAX) return;
    if (Array.isArray(value)) {
      for (const one of value) this.#collect(one, known.element ?? known, at, depth + 1, found);
      return;
    }
    if (!isFields(value)) return;
    for (const [name, held] of Object.entries(value)) {
      const place = at === "" ? name : `${at}.${name}`;
      const nodes = [this.#find(known, name), known.element].filter((one) => one !== undefined);
      const isScalar = typeof held !== "object" || held === null;
      // Members without a value say nothing, and many products write all of them.
      if (held === null || held === "" || nodes.some(({ isWhole }) => isWhole)) continue;
      const inner = nodes[0];
      if (inner === undefined || isScalar) found.push(place);
      else this.#collect(held, merge(nodes), place, depth + 1, found);
      if (found.length >= NAMES_MAX) return;
    }
  }

  #find(known: Known, name: string): Known | undefined {
    const direct = known.members.get(name);
    if (direct !== undefined || !name.includes(".")) return direct;
    let at: Known | undefined = known;
    for (const part of name.split(".")) {
      if (at?.isWhole === true) return at;
      at = at?.members.get(part);
    }
    return at;
  }
}

/** What is known by its name and what is known of every element, together. */
function merge(nodes: readonly Known[]): Known {
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return only;
  const members = new Map(nodes.flatMap((node) => [...node.members]));
  const element = nodes.find((node) => node.element !== undefined)?.element;
  return { members, element, isWhole: false };
}

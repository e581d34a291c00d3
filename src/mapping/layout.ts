/** The shape of documents: which members an object has, in which order. */
import { eventFields } from "../generated/event-fields.ts";
import type { Output, Source } from "./mapping.ts";

/** A document or an object inside it: its members, in the order they are written. */
export interface ObjectNode {
  readonly kind: "object";
  readonly members: ReadonlyMap<string, ObjectNode | LeafNode>;
}

/** A value: the outputs that write it, of which at most one applies to an event. */
export interface LeafNode {
  readonly kind: "leaf";
  readonly outputs: readonly Output[];
}

function isExpected(source: Source): boolean {
  return source in eventFields && eventFields[source as keyof typeof eventFields].expected === true;
}

/** How sure it is that an output writes something: 0 always, 1 for complete events, 2 sometimes. */
function rankOf(output: Output): 0 | 1 | 2 {
  if (output.kind !== "field") return 0;
  return output.from.some(isExpected) ? 1 : 2;
}

function nodeRank(node: ObjectNode | LeafNode): number {
  const ranks =
    node.kind === "leaf" ? node.outputs.map(rankOf) : [...node.members.values()].map(nodeRank);
  return Math.min(...ranks);
}

/**
 * Arranges outputs as a tree. In each object the members that every document has stand first, then
 * those of complete events, then the rest; among equals in the order in which they are first named.
 * So the constant text around the values runs together, and serializers have fewer pieces to join.
 */
export function layoutOf(outputs: readonly Output[], depth = 0): ObjectNode {
  const byName = Map.groupBy(outputs, (output) => output.path[depth] ?? "");
  const nodes = [...byName].map(([name, group]): [string, ObjectNode | LeafNode] => {
    const isLeaf = group.some((output) => output.path.length === depth + 1);
    return [name, isLeaf ? { kind: "leaf", outputs: group } : layoutOf(group, depth + 1)];
  });
  nodes.sort(([, a], [, b]) => nodeRank(a) - nodeRank(b));
  return { kind: "object", members: new Map(nodes) };
}

function leaves(node: ObjectNode | LeafNode): readonly Output[] {
  return node.kind === "leaf" ? node.outputs : [...node.members.values()].flatMap(leaves);
}

/** The outputs with the members of each object together, so that writing them in order is canonical. */
export function inDocumentOrder(outputs: readonly Output[]): readonly Output[] {
  return leaves(layoutOf(outputs));
}

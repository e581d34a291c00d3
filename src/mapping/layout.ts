/** The shape of documents: which members an object has, in which order. */
import type { Output } from "./mapping.ts";

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

/** Arranges outputs as a tree; members stand in the order in which they are first named. */
export function layoutOf(outputs: readonly Output[]): ObjectNode {
  const build = (members: readonly Output[], depth: number): ObjectNode => {
    const byName = Map.groupBy(members, (output) => output.path[depth] ?? "");
    const nodes = [...byName].map(([name, group]): [string, ObjectNode | LeafNode] => {
      const isLeaf = group.some((output) => output.path.length === depth + 1);
      return [name, isLeaf ? { kind: "leaf", outputs: group } : build(group, depth + 1)];
    });
    return { kind: "object", members: new Map(nodes) };
  };
  return build(outputs, 0);
}

function leaves(node: ObjectNode | LeafNode): readonly Output[] {
  return node.kind === "leaf" ? node.outputs : [...node.members.values()].flatMap(leaves);
}

/** The outputs with the members of each object together, so that writing them in order is canonical. */
export function inDocumentOrder(outputs: readonly Output[]): readonly Output[] {
  return leaves(layoutOf(outputs));
}

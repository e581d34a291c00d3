/** Mutants of a predicate: each comparison, clause and negation changed once. */
import type { Span } from "../../diagnostic/diagnostic.ts";
import { fieldInfo } from "../../event/field.ts";
import type { Leaf } from "../detection.ts";
import type { Predicate, Scalar } from "../ir.ts";
import { renderPredicate } from "../render-predicate.ts";
import { otherValue } from "../synthesise/value.ts";

export interface PredicateMutant {
  /** Position of the changed node and the kind of change. */
  readonly how: string;
  readonly change: string;
  readonly span: Span;
  readonly predicate: Predicate;
}

function changed(how: string, from: Predicate, to: Predicate): PredicateMutant {
  const change = `${renderPredicate(from)} → ${renderPredicate(to)}`;
  return { how, change, span: from.span, predicate: to };
}

function otherScalar(leaf: Leaf, values: readonly Scalar[]): Scalar | undefined {
  const other = otherValue(leaf.field, values);
  if (other !== undefined) return Array.isArray(other) ? other[0] : (other as Scalar);
  const [first] = values;
  return typeof first === "string" ? `${first}-other` : undefined;
}

function mutateIn(leaf: Leaf & { kind: "in" }): readonly PredicateMutant[] {
  const narrowed = leaf.values.map((value, index) => {
    const values = leaf.values.filter((other) => other !== value);
    return changed(`narrow ${index}`, leaf, { ...leaf, values });
  });
  const other = otherScalar(leaf, leaf.values);
  const widened =
    other === undefined
      ? []
      : [changed("widen", leaf, { ...leaf, values: [...leaf.values, other] })];
  return leaf.values.length > 1 ? [...narrowed, ...widened] : widened;
}

function mutateCompare(leaf: Leaf & { kind: "compare" }): readonly PredicateMutant[] {
  const { operator, value, field } = leaf;
  const edges = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" } as const;
  const turned = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
  const step = fieldInfo(field)?.kind === "integer" ? 1 : 0.5;
  return [
    changed("edge", leaf, { ...leaf, operator: edges[operator] }),
    changed("turn", leaf, { ...leaf, operator: turned[operator] }),
    changed("value +", leaf, { ...leaf, value: value + step }),
    changed("value -", leaf, { ...leaf, value: value - step }),
  ];
}

function mutateLeaf(leaf: Leaf): readonly PredicateMutant[] {
  const negated = changed("negate", leaf, { kind: "not", of: leaf, span: leaf.span });
  const any = changed("any value", leaf, { kind: "present", field: leaf.field, span: leaf.span });
  switch (leaf.kind) {
    case "equals": {
      const other = otherScalar(leaf, [leaf.value]);
      const replaced =
        other === undefined ? [] : [changed("value", leaf, { ...leaf, value: other })];
      return [negated, any, ...replaced];
    }
    case "in":
      return [negated, any, ...mutateIn(leaf)];
    case "has": {
      const other = String(otherScalar(leaf, [leaf.value]));
      return [negated, any, changed("value", leaf, { ...leaf, value: other })];
    }
    case "compare":
      return [negated, any, ...mutateCompare(leaf)];
    case "present":
      return [negated];
  }
}

/** The mutants of one part, put back into the whole. */
function inside(
  part: Predicate,
  position: number,
  rebuild: (part: Predicate) => Predicate,
): readonly PredicateMutant[] {
  return mutateNode(part).map((mutant) => {
    return { ...mutant, how: `${position}.${mutant.how}`, predicate: rebuild(mutant.predicate) };
  });
}

function mutateClauses(node: Predicate & { kind: "all" | "any" }): readonly PredicateMutant[] {
  const { of, span, kind } = node;
  const inner = of.flatMap((part, index) =>
    inside(part, index, (to) => ({ ...node, of: of.map((one, at) => (at === index ? to : one)) })),
  );
  if (of.length < 2) return inner;
  const dropped = of.map((part, index): PredicateMutant => {
    const rest = of.filter((_, at) => at !== index);
    const [only = part] = rest;
    const predicate = rest.length === 1 ? only : { ...node, of: rest };
    return {
      how: `drop ${index}`,
      change: `without ${renderPredicate(part)}`,
      span: part.span,
      predicate,
    };
  });
  const other = kind === "all" ? "any" : "all";
  const swapped: PredicateMutant = {
    how: "swap",
    change: kind === "all" ? "and → or" : "or → and",
    span,
    predicate: { kind: other, of, span },
  };
  return [...dropped, swapped, ...inner];
}

function mutateNode(node: Predicate): readonly PredicateMutant[] {
  switch (node.kind) {
    case "always":
      return [];
    case "not": {
      const inner = inside(node.of, 0, (of) => ({ ...node, of }));
      return [changed("unwrap", node, node.of), ...inner];
    }
    case "all":
    case "any":
      return mutateClauses(node);
    default:
      return mutateLeaf(node);
  }
}

/** Every predicate that differs by one change, with the whole of it dropped as the last. */
export function mutatePredicate(where: Predicate): readonly PredicateMutant[] {
  if (where.kind === "always") return [];
  const span = where.span;
  const everything: PredicateMutant = {
    how: "always",
    change: `${renderPredicate(where)} → always`,
    span,
    predicate: { kind: "always", span },
  };
  return [...mutateNode(where), everything];
}

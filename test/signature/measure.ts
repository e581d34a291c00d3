/** Precision and recall of signatures on the corpus, with Wilson's 95 % intervals. */
import { createMatcher } from "../../src/signature/matcher.ts";
import {
  type Signature,
  type SignatureCategory,
  signatureCategories,
  textSurfaces,
} from "../../src/signature/signature.ts";
import type { CorpusItem } from "./corpus.ts";
import { key } from "./stage.ts";

export interface Judged {
  readonly item: CorpusItem;
  readonly found: ReadonlySet<SignatureCategory>;
}

/** What the signatures find in each item, on the item's surface. */
export function judge(
  items: readonly CorpusItem[],
  signatures: readonly Signature[],
): readonly Judged[] {
  const matchers = new Map(
    textSurfaces.map((surface) => [surface, createMatcher(signatures, { key, surface })] as const),
  );
  return items.map((item) => {
    const findings = matchers.get(item.surface)?.match(item.text) ?? [];
    return { item, found: new Set(findings.map(({ category }) => category)) };
  });
}

/** A share, such as recall: `hits` of `total`. */
export interface Share {
  readonly hits: number;
  readonly total: number;
}

export interface Quality {
  readonly precision: Share;
  readonly recall: Share;
}

/**
 * Quality for the attacks of some categories. An attack counts as found when it is reported as what it
 * is; a report is right when the item is of the reported category.
 */
export function quality(
  judged: readonly Judged[],
  categories: readonly SignatureCategory[] = signatureCategories,
): Quality {
  const pairs = judged.flatMap(({ item, found }) =>
    categories.map((category) => ({
      isAttack: item.label === category,
      isFound: found.has(category),
    })),
  );
  const hits = pairs.filter(({ isAttack, isFound }) => isAttack && isFound).length;
  return {
    precision: { hits, total: pairs.filter(({ isFound }) => isFound).length },
    recall: { hits, total: pairs.filter(({ isAttack }) => isAttack).length },
  };
}

const Z = 1.959_963_984_540_054;

/** Wilson's score interval of a share at 95 %. Without any trial it is everything. */
export function wilson({ hits, total }: Share): readonly [low: number, high: number] {
  if (total === 0) return [0, 1];
  const share = hits / total;
  const square = (Z * Z) / total;
  const middle = share + square / 2;
  const spread = Z * Math.sqrt((share * (1 - share)) / total + square / total / 4);
  // Rounding can push a bound past the end that it reaches exactly.
  return [
    Math.max(0, (middle - spread) / (1 + square)),
    Math.min(1, (middle + spread) / (1 + square)),
  ];
}

/** A share as text: `0.93 (0.84–0.97), 51 of 55`. */
export function describeShare(share: Share): string {
  if (share.total === 0) return "no case";
  const [low, high] = wilson(share);
  const ratio = (share.hits / share.total).toFixed(2);
  return `${ratio} (${low.toFixed(2)}–${high.toFixed(2)}), ${share.hits} of ${share.total}`;
}

/** The labelled corpus: texts, what they are, and in which half they stand. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type SignatureCategory,
  signatureCategories,
  type TextSurface,
  textSurfaces,
} from "../../src/signature/signature.ts";
import { plainValue } from "../../src/yaml/node.ts";
import { parseYaml } from "../../src/yaml/parse.ts";

export const corpusHalves = ["tuning", "held_out"] as const;
export type CorpusHalf = (typeof corpusHalves)[number];

export interface CorpusItem {
  readonly text: string;
  readonly language: string;
  readonly half: CorpusHalf;
  readonly surface: TextSurface;
  /** `undefined` for a harmless text. */
  readonly label: SignatureCategory | undefined;
}

/** Where attacks of a category come in. */
const surfaceOf: Readonly<Record<SignatureCategory, TextSurface>> = {
  prompt_injection_direct: "prompt",
  prompt_injection_indirect: "retrieved",
  system_prompt_leakage: "response",
  cross_user_extraction: "prompt",
};

type Lists = Readonly<Record<string, readonly string[]>>;
type Half = Lists & { readonly benign: Lists };

function itemsOf(half: CorpusHalf, language: string, lists: Half): readonly CorpusItem[] {
  const attacks = signatureCategories.flatMap((label) =>
    (lists[label] ?? []).map((text) => ({
      text,
      language,
      half,
      surface: surfaceOf[label],
      label,
    })),
  );
  const harmless = textSurfaces.flatMap((surface) =>
    (lists.benign[surface] ?? []).map((text) => ({
      ...{ text, language, half, surface },
      label: undefined,
    })),
  );
  return [...attacks, ...harmless];
}

/** All items, by language and half. */
export function loadCorpus(): readonly CorpusItem[] {
  const folder = join(import.meta.dirname, "corpus");
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const parsed = parseYaml(readFileSync(join(folder, name), "utf8"), name);
      if (!parsed.ok) throw new Error(`${name}: ${parsed.diagnostics[0]?.message}`);
      const file = plainValue(parsed.value) as { language: string } & Record<CorpusHalf, Half>;
      return corpusHalves.flatMap((half) =>
        file[half] === undefined ? [] : itemsOf(half, file.language, file[half]),
      );
    });
}

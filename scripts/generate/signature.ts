// From signatures/*.yaml: the signatures as code, so that a program needs no YAML to use them, and the
// tables of docs/how-to/match-signatures.md with what they find in the corpus.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSignature } from "../../src/signature/parse-signature.ts";
import {
  type Signature,
  type SignaturePattern,
  signatureCategories,
  signatureLanguages,
} from "../../src/signature/signature.ts";
import { corpusHalves, loadCorpus } from "../../test/signature/corpus.ts";
import { describeShare, type Judged, judge, quality } from "../../test/signature/measure.ts";

const root = join(import.meta.dirname, "..", "..");
const page = "docs/how-to/match-signatures.md";

function loadSignatures(): readonly Signature[] {
  return readdirSync(join(root, "signatures"))
    .sort()
    .map((name) => {
      const file = `signatures/${name}`;
      const parsed = parseSignature(readFileSync(join(root, file), "utf8"), file);
      if (!parsed.ok) throw new Error(`${file} is broken; run the check command`);
      return parsed.value.signature;
    });
}

function patternLine({
  language,
  unitsMax,
  firstEndMax,
  required,
  expression,
}: SignaturePattern): string {
  const fields = { language, unitsMax, firstEndMax, required, expression };
  return `      ${JSON.stringify(fields)},\n`;
}

function signatureText({ patterns, ...head }: Signature): string {
  const fields = Object.entries(head).map(
    ([name, value]) => `    ${name}: ${JSON.stringify(value)},\n`,
  );
  return `  {\n${fields.join("")}    patterns: [\n${patterns.map(patternLine).join("")}    ],\n  },\n`;
}

/** The table of signatures as a module. */
export function generateSignatures(): Readonly<Record<string, string>> {
  return {
    "signature-table.ts":
      "// Written by `npm run generate` from signatures. Do not edit.\n\n" +
      'import type { Signature } from "../signature/signature.ts";\n\n' +
      "/** The signatures that ship with this version. */\n" +
      `export const shippedSignatures: readonly Signature[] = [\n${loadSignatures().map(signatureText).join("")}];\n`,
  };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [head, head.map(() => "---"), ...rows].map(line).join("");
}

function listTable(signatures: readonly Signature[]): string {
  const rows = signatures.map((signature) => [
    `[${signature.id}](../../signatures/${signature.id}.yaml)`,
    signature.version,
    signature.category,
    signature.severity,
    signature.surfaces.join(", "),
    signature.atlas.join(", "),
    [...new Set(signature.patterns.map(({ language }) => language))].join(" "),
  ]);
  const head = [
    "signature",
    "version",
    "category",
    "severity",
    "looked for in",
    "ATLAS",
    "languages",
  ];
  return table(head, rows);
}

function qualityRow(
  name: string,
  judged: readonly Judged[],
  ...only: Parameters<typeof quality>[1][]
) {
  const { precision, recall } = quality(judged, ...only);
  return [name, describeShare(precision), describeShare(recall)];
}

function qualityTables(signatures: readonly Signature[]): string {
  const judged = judge(loadCorpus(), signatures);
  const counts = corpusHalves.map((half) => {
    const own = judged.filter(({ item }) => item.half === half);
    return { half, all: own.length, benign: own.filter(({ item }) => !item.label).length, own };
  });
  const held = counts.find(({ half }) => half === "held_out")?.own ?? [];
  const languages = [...new Set(held.map(({ item }) => item.language))].sort();
  const byCategory = signatureCategories.map((category) => qualityRow(category, held, [category]));
  const byLanguage = languages.map((language) => {
    const own = held.filter(({ item }) => item.language === language);
    const known = Object.entries(signatureLanguages).find(([code]) => code === language);
    return qualityRow(known?.[1].name ?? language, own);
  });
  const byHalf = counts.map(({ half, all, benign, own }) =>
    qualityRow(`${half}: ${all} texts, ${benign} of them harmless`, own),
  );
  const figures = ["precision (95 % interval)", "recall (95 % interval)"];
  return [
    table(["half of the corpus", ...figures], byHalf),
    table(["held out, by category", ...figures], byCategory),
    table(["held out, by language", ...figures], byLanguage),
  ].join("\n");
}

/** The page about signatures with its generated sections renewed. */
export function generateSignaturePage(): Readonly<Record<string, string>> {
  const signatures = loadSignatures();
  const sections: Readonly<Record<string, string>> = {
    signatures: listTable(signatures),
    quality: qualityTables(signatures),
  };
  let text = readFileSync(join(root, page), "utf8");
  for (const [name, body] of Object.entries(sections)) {
    const section = new RegExp(`(<!-- ${name}: generated -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!section.test(text)) throw new Error(`${page} has lost its markers of ${name}`);
    text = text.replace(section, (_, open: string, close: string) => `${open}\n${body}\n${close}`);
  }
  return { [page]: text };
}

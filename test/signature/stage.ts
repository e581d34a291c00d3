/** Signatures and keys that tests share. */
import { createSecretKey, type KeyObject } from "node:crypto";
import { type CompiledPhrase, compilePhrase } from "../../src/signature/compile-phrase.ts";
import type { SignatureFinding } from "../../src/signature/finding.ts";
import { parsePhrase, type Terms } from "../../src/signature/phrase.ts";
import type { Signature, SignatureLanguage, TextSurface } from "../../src/signature/signature.ts";
import { signatureLanguages } from "../../src/signature/signature.ts";

export const key: KeyObject = createSecretKey(Buffer.from("a key of thirty-two bytes, or so"));

export function compile(source: string, language: SignatureLanguage = "en"): CompiledPhrase {
  const terms: Terms = new Map();
  const parsed = parsePhrase(source, terms);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.error.detail}`);
  return compilePhrase(parsed.phrase, signatureLanguages[language]);
}

/** A signature of some patterns for all surfaces. */
export function signatureOf(
  id: string,
  patterns: readonly string[],
  language: SignatureLanguage = "en",
): Signature {
  const surfaces: readonly TextSurface[] = ["prompt", "retrieved", "response"];
  return {
    id,
    version: "1.2.3",
    title: id,
    description: id,
    category: "prompt_injection_direct",
    severity: "high",
    surfaces,
    atlas: ["AML.T0051.000"],
    patterns: patterns.map((source) => ({ language, ...compile(source, language) })),
    limits: [],
    references: [],
  };
}

/** What findings cover in the text they are from. */
export function covered(text: string, findings: readonly SignatureFinding[]): readonly string[] {
  return findings.map(({ offset, length }) => text.slice(offset, offset + length));
}

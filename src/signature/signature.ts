/** Signatures: what attacks on a model look like in text, as content that is reviewed and versioned. */
import type { SecurityEventType, Severity } from "../event/event.ts";
import type { CompiledPhrase } from "./compile-phrase.ts";

export const signatureCategories = [
  "prompt_injection_direct",
  "prompt_injection_indirect",
  "system_prompt_leakage",
  "cross_user_extraction",
] as const;
export type SignatureCategory = (typeof signatureCategories)[number];

/**
 * Where a text comes from: `prompt` a person, `retrieved` a document, page or tool's result that the
 * model reads, `response` the model itself.
 */
export const textSurfaces = ["prompt", "retrieved", "response"] as const;
export type TextSurface = (typeof textSurfaces)[number];

/** Languages of patterns by ISO 639-1 code; `any` is for signs that belong to no language. */
export const signatureLanguages = {
  any: { name: "any language", hasSpaces: false },
  de: { name: "German", hasSpaces: true },
  en: { name: "English", hasSpaces: true },
  es: { name: "Spanish", hasSpaces: true },
  fr: { name: "French", hasSpaces: true },
  it: { name: "Italian", hasSpaces: true },
  ja: { name: "Japanese", hasSpaces: false },
  nl: { name: "Dutch", hasSpaces: true },
  pl: { name: "Polish", hasSpaces: true },
  pt: { name: "Portuguese", hasSpaces: true },
  ru: { name: "Russian", hasSpaces: true },
  zh: { name: "Chinese", hasSpaces: false },
} as const;
export type SignatureLanguage = keyof typeof signatureLanguages;

/** One pattern, ready for the matcher. */
export interface SignaturePattern extends CompiledPhrase {
  readonly language: SignatureLanguage;
}

export interface Signature {
  /** Kebab case; also the name of its file. */
  readonly id: string;
  /** Three numbers; the last changes with wording, the others with what matches. */
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly category: SignatureCategory;
  readonly severity: Severity;
  readonly surfaces: readonly TextSurface[];
  /** Ids of ATLAS techniques of the version that `src/framework` holds. */
  readonly atlas: readonly string[];
  readonly patterns: readonly SignaturePattern[];
  /** What it misses, for people. */
  readonly limits: readonly string[];
  readonly references: readonly string[];
}

/** The type of security event that a category is reported as. */
export const eventTypeOfCategory: Readonly<Record<SignatureCategory, SecurityEventType>> = {
  prompt_injection_direct: "prompt_injection_attempt",
  prompt_injection_indirect: "prompt_injection_attempt",
  system_prompt_leakage: "system_prompt_leakage",
  cross_user_extraction: "cross_user_data_extraction",
};

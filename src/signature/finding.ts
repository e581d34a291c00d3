/** What is known of a match once the text is gone. */
import type { Severity } from "../event/event.ts";
import type { Signature, SignatureCategory, TextSurface } from "./signature.ts";

/** A match of a signature or a canary. It holds nothing of the text but a keyed hash. */
export interface SignatureFinding {
  /** Id of the signature; `canary` for a canary token. */
  readonly signature: string;
  readonly version: string;
  readonly category: SignatureCategory;
  readonly severity: Severity;
  readonly atlas: readonly string[];
  /** Where the match begins in the text, in UTF-16 units, and how long it is there. */
  readonly offset: number;
  readonly length: number;
  /**
   * HMAC-SHA-256 of the matched text in its folded form, 64 hex digits: equal for the same attack in
   * another case or disguise, meaningless without the key.
   */
  readonly hash: string;
  /** Which system prompt leaked, for a canary. */
  readonly promptId?: string;
}

/** What all findings of one signature share. */
export type FindingHead = Pick<
  SignatureFinding,
  "signature" | "version" | "category" | "severity" | "atlas"
>;

const DIRECT = "AML.T0051.000";
const INDIRECT = "AML.T0051.001";

/**
 * A signature as its findings name it. An order to the model is a direct injection when a person wrote
 * it and an indirect one when a document or tool brought it, so the surface decides between the two.
 */
export function findingHead(signature: Signature, surface: TextSurface): FindingHead {
  const { id, version, category, severity, atlas } = signature;
  const isBrought = surface === "retrieved" && category === "prompt_injection_direct";
  return {
    signature: id,
    version,
    category: isBrought ? "prompt_injection_indirect" : category,
    severity,
    atlas: isBrought
      ? atlas.map((technique) => (technique === DIRECT ? INDIRECT : technique))
      : atlas,
  };
}

/** Order of findings in a text: by place, then by name. */
export function compareFindings(a: SignatureFinding, b: SignatureFinding): number {
  return (
    a.offset - b.offset ||
    a.length - b.length ||
    (a.signature < b.signature ? -1 : a.signature > b.signature ? 1 : 0) ||
    (a.promptId ?? "").localeCompare(b.promptId ?? "")
  );
}

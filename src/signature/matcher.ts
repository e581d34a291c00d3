/**
 * All signatures and canaries as one matcher.
 *
 * Memory is bounded whatever the text: a window slides over it. A stream finds what `match` finds in
 * the whole text, because `match` is a stream of one piece.
 */
import { createHmac, type KeyObject } from "node:crypto";
import { type Canary, CanaryScan, CanarySet, canaryHead } from "./canary.ts";
import {
  compareFindings,
  type FindingHead,
  findingHead,
  type SignatureFinding,
} from "./finding.ts";
import { Normaliser } from "./normalise.ts";
import { PatternScan, PatternSet } from "./pattern-scan.ts";
import type { Signature, TextSurface } from "./signature.ts";
import { UnitWindow } from "./window.ts";

export interface MatcherOptions {
  /** Key of the hashes in findings, such as that of pseudonyms. */
  readonly key: KeyObject;
  /** Where the texts come from. Only signatures that are meant for it are looked for. */
  readonly surface: TextSurface;
  /** Canaries of system prompts; looked for on every surface. */
  readonly canaries?: readonly Canary[];
}

/** One text that arrives in pieces. */
export interface MatchStream {
  /** Takes the next piece. Returns what became certain, which may lie in earlier pieces. */
  readonly push: (piece: string) => readonly SignatureFinding[];
  /** The text is over. Returns what was waiting for more of it. */
  readonly end: () => readonly SignatureFinding[];
}

export interface Matcher {
  /** Findings in a whole text, in order. */
  readonly match: (text: string) => readonly SignatureFinding[];
  /** A text in pieces, such as a streamed response. */
  readonly stream: () => MatchStream;
}

/** What texts of one matcher share. */
interface Shared {
  readonly patterns: PatternSet;
  readonly canaries: CanarySet | undefined;
  readonly hash: (text: string) => string;
}

class TextStream implements MatchStream {
  readonly #window = new UnitWindow();
  readonly #normaliser = new Normaliser(this.#window);
  readonly #patterns: PatternScan;
  readonly #canaries: CanaryScan | undefined;
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#patterns = new PatternScan(shared.patterns, this.#window);
    this.#canaries = shared.canaries && new CanaryScan(shared.canaries, this.#window);
  }

  readonly push = (piece: string): readonly SignatureFinding[] => {
    const findings: SignatureFinding[] = [];
    let at = 0;
    while (at < piece.length) {
      at = this.#normaliser.take(piece, at);
      this.#scan(false, findings);
      this.#window.slideTo(this.#patterns.needed);
    }
    return findings.toSorted(compareFindings);
  };

  readonly end = (): readonly SignatureFinding[] => {
    this.#normaliser.end();
    const findings: SignatureFinding[] = [];
    this.#scan(true, findings);
    return findings.toSorted(compareFindings);
  };

  #scan(isEnd: boolean, findings: SignatureFinding[]): void {
    for (const { index, start, end } of this.#patterns.advance(isEnd)) {
      const head = this.#shared.patterns.patterns[index]?.head;
      if (head === undefined) continue;
      const offset = this.#window.originAt(start);
      const length = this.#window.originEndAt(end - 1) - offset;
      findings.push(this.#finding(head, offset, length, this.#window.text(start, end)));
    }
    for (const { canary, offset, length } of this.#canaries?.advance() ?? []) {
      const finding = this.#finding(canaryHead, offset, length, canary.token);
      findings.push({ ...finding, promptId: canary.promptId });
    }
  }

  #finding(head: FindingHead, offset: number, length: number, text: string): SignatureFinding {
    return { ...head, offset, length, hash: this.#shared.hash(text) };
  }
}

/**
 * Makes the matcher of some signatures for one surface. Patterns are compiled when they are first
 * needed, so making one is cheap; keep it and use it for all texts.
 */
export function createMatcher(signatures: readonly Signature[], options: MatcherOptions): Matcher {
  const { key, surface, canaries = [] } = options;
  const meant = signatures.filter((signature) => signature.surfaces.includes(surface));
  const patterns = new PatternSet(
    meant.flatMap((signature) => {
      const head = findingHead(signature, surface);
      return signature.patterns.map((pattern) => ({ head, pattern }));
    }),
  );
  const shared: Shared = {
    patterns,
    canaries: canaries.length === 0 ? undefined : new CanarySet(canaries),
    hash: (text) => createHmac("sha256", key).update(`claude-siem/match\n${text}`).digest("hex"),
  };
  const stream = (): MatchStream => new TextStream(shared);
  return {
    stream,
    match: (text) => {
      const whole = stream();
      return [...whole.push(text), ...whole.end()].toSorted(compareFindings);
    },
  };
}

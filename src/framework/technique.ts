/** What all frameworks of threats have: tactics, and techniques that belong to them. */

export interface Tactic {
  readonly id: string;
  readonly name: string;
}

/** A technique or, with a suffix to its id, a sub-technique. */
export interface Technique {
  readonly id: string;
  readonly name: string;
  /** Ids of the tactics it belongs to. */
  readonly tactics: readonly string[];
}

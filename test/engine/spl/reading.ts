/**
 * Where Splunk's manuals leave a meaning open, the readings that are possible. A search that gives one
 * answer under all of them needs no guess.
 */
export interface Reading {
  /**
   * Whether an empty text in JSON becomes a field with an empty value or no field. The manual of
   * KV_MODE does not say.
   */
  readonly emptyText: "value" | "missing";
  /**
   * Minutes by which the time zone of the user that runs the search is ahead of UTC: strftime writes
   * times in it (Search Reference, Date and time functions).
   */
  readonly zoneMinutes: number;
  /**
   * How sort orders texts that begin with a digit and are no numbers. The manual says both that they are
   * sorted "numerically based on that number alone" and, in an example, that they are sorted
   * lexicographically.
   */
  readonly digitTexts: "bytes" | "number";
  /**
   * Whether `stats` without BY has a row when nothing can be computed. The manual: "only one row is
   * returned"; measurements of Splunk 10.4.2 published by the mockdr project: none, unless a column
   * counts.
   */
  readonly emptyStats: "row" | "none";
}

export const usualReading: Reading = {
  emptyText: "value",
  zoneMinutes: 0,
  digitTexts: "bytes",
  emptyStats: "row",
};

/** Rows of a lookup, by the names of its columns. */
export type LookupTable = readonly ReadonlyMap<string, string>[];

/** What a search knows beside its rows. */
export interface Context {
  /** When the search began, seconds since the epoch. `now()` has whole seconds. */
  readonly now: number;
  /** The chosen time, seconds; absent where nobody chose one. */
  readonly earliest?: number;
  readonly latest?: number;
  readonly reading: Reading;
  /** Tables by the stanzas of transforms.conf. */
  readonly lookups?: ReadonlyMap<string, LookupTable>;
}

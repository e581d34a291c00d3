/** What the source counts beside records, and the words for it. */
import type { SourceNote } from "../source.ts";

/** Names of unknown types that are told; the rest is counted. */
const NAMES_TOLD = 5;
const NAMES_KEPT = 1000;

export class Tally {
  duplicates = 0;
  own = 0;
  late = 0;
  lateMsMax = 0;
  cursorsLost = 0;
  repeated = 0;
  directoryFailures = 0;
  #unknown = 0;
  readonly #unknownNames = new Set<string>();

  unknownType(name: string): void {
    this.#unknown += 1;
    if (this.#unknownNames.size < NAMES_KEPT) this.#unknownNames.add(name);
  }

  /** An activity that an earlier poll should have seen. */
  lateBy(ms: number): void {
    this.late += 1;
    this.lateMsMax = Math.max(this.lateMsMax, ms);
  }

  /**
   * The notes of the source; counts of 0 stay out.
   *
   * @param limited Requests that the rate limit refused.
   */
  notes(overlapMs: number, limited: number): readonly SourceNote[] {
    const told = [...this.#unknownNames].slice(0, NAMES_TOLD).join(", ");
    const latest = `${Math.round(this.lateMsMax / 1000)} s`;
    const notes: readonly SourceNote[] = [
      {
        what: "unknown_types",
        count: this.#unknown,
        meaning: `activities of types that this version does not know: ${told}${this.#unknownNames.size > NAMES_TOLD ? ", …" : ""}`,
        instruction: "They passed under their name; update claude-siem to have them judged.",
      },
      {
        what: "duplicates_absorbed",
        count: this.duplicates,
        meaning: "activities read again by a later poll and known already",
      },
      {
        what: "late_arrivals",
        count: this.late,
        meaning: `activities shown only after a poll had passed their time, the latest after ${latest}`,
        ...(this.lateMsMax > overlapMs / 2 && {
          instruction: "Raise overlap: later ones than that would be missed.",
        }),
      },
      {
        what: "own_accesses",
        count: this.own,
        meaning: "activities that are requests of this connector, labelled own_access",
      },
      {
        what: "cursors_lost",
        count: this.cursorsLost,
        meaning: "cursors that the API no longer knew; their window was read again",
      },
      {
        what: "requests_limited",
        count: limited,
        meaning: "requests that had to wait for the organization's rate limit",
        instruction: "Raise poll_every, or ask who else uses the Compliance API.",
      },
      {
        what: "requests_refused_for_good",
        count: this.repeated,
        meaning: "requests that the API calls pointless to try again",
        instruction: "Give the request-id from the log to Anthropic support.",
      },
      {
        what: "directory_failures",
        count: this.directoryFailures,
        meaning: "attempts to read users and groups that failed; departments may be missing",
        instruction: "See the log for the reason.",
      },
    ];
    return notes.filter(({ count }) => count > 0);
  }
}

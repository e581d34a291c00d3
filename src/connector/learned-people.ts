/**
 * What sources know about people, such as the groups of a directory: context for the events of every
 * source. Kept in memory, by pseudonym only.
 */
import type { UserContext } from "../enrich/clearance.ts";
import type { Pseudonymiser } from "../policy/pseudonym.ts";
import type { KnownPerson } from "../source/source.ts";

interface Learned {
  readonly users: ReadonlyMap<string, UserContext>;
  /** When, milliseconds since the epoch. */
  readonly at: number;
}

export class LearnedPeople {
  readonly #hasher: Pseudonymiser;
  readonly #now: () => number;
  readonly #bySource = new Map<string, Learned>();
  #onChange = (): void => {};

  constructor(hasher: Pseudonymiser, now: () => number) {
    this.#hasher = hasher;
    this.#now = now;
  }

  /** Told after a source has learned something. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Replaces what a source knew before. */
  learn(source: string, people: readonly KnownPerson[]): void {
    const users = new Map<string, UserContext>();
    const contexts = new Map<string, UserContext>();
    for (const { identities, department } of people) {
      // A company has few departments and many people.
      const context = contexts.get(department) ?? { department };
      contexts.set(department, context);
      for (const identity of identities) users.set(this.#hasher.userIdHash(identity), context);
    }
    this.#bySource.set(source, { users, at: this.#now() });
    this.#onChange();
  }

  /** Everybody, by pseudonym; of two sources that know somebody the later counts. */
  users(): ReadonlyMap<string, UserContext> {
    const all = [...this.#bySource.values()].sort((a, b) => a.at - b.at);
    return all.length === 1 && all[0] !== undefined
      ? all[0].users
      : new Map(all.flatMap(({ users }) => [...users]));
  }

  /** Which sources know people, and since when. */
  status(): readonly { readonly source: string; readonly at: number }[] {
    return [...this.#bySource].map(([source, { at }]) => ({ source, at }));
  }
}

/** Remembers which ids have been seen, in bounded memory: the oldest are forgotten. */
import { hash } from "node:crypto";

/** Characters of a key: 64 bits, so that two of a million ids share one once in 37 million runs. */
const KEY_CHARACTERS = 11;

function keyOf(id: string): string {
  return hash("sha256", id, "base64url").slice(0, KEY_CHARACTERS);
}

function split(keys: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at < keys.length; at += KEY_CHARACTERS)
    found.add(keys.slice(at, at + KEY_CHARACTERS));
  return found;
}

/** A snapshot: the keys of each half. */
export type SavedKeys = readonly [older: string, newer: string];

/** Two halves: when the newer is full it becomes the older, and what the older held is forgotten. */
export class RecentKeys {
  readonly #halfMax: number;
  #older: Set<string>;
  #newer: Set<string>;
  /** Ids that were forgotten since the start. */
  forgotten = 0;

  /** @param max Ids that are remembered at most; at least half as many always are. */
  constructor(max: number, [older, newer]: SavedKeys = ["", ""]) {
    this.#halfMax = Math.max(1, Math.floor(max / 2));
    this.#older = split(older);
    this.#newer = split(newer);
  }

  has(id: string): boolean {
    const key = keyOf(id);
    return this.#newer.has(key) || this.#older.has(key);
  }

  /** @returns Whether the id was not known. */
  add(id: string): boolean {
    const key = keyOf(id);
    if (this.#newer.has(key) || this.#older.has(key)) return false;
    if (this.#newer.size >= this.#halfMax) {
      this.forgotten += this.#older.size;
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(key);
    return true;
  }

  save(): SavedKeys {
    return [[...this.#older].join(""), [...this.#newer].join("")];
  }
}

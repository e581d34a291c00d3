/**
 * Seeded randomness for the sample: the same numbers on every machine, for ever.
 *
 * The generator is xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
 * generators", ACM Transactions on Mathematical Software 47(4), 2021). Its 128 bits of state are the
 * first half of a SHA-256 over the seed and the name of a stream, so every user and day has a stream
 * of its own and can be generated without the others.
 */
import { createHash } from "node:crypto";

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** 32 bits as eight lower-case hex digits. */
const hex8 = (value: number): string => value.toString(16).padStart(8, "0");

/** A stream of random numbers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param state Four 32-bit words, not all zero. */
  constructor(state: readonly [number, number, number, number]) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** The stream of a name under a seed. */
  static stream(seed: string, name: string): Random {
    const bytes = createHash("sha256").update(`${seed}\n${name}`).digest();
    const word = (index: number): number => bytes.readUInt32BE(index * 4);
    return new Random([word(0), word(1), word(2), word(3)]);
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.next() / 4_294_967_296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Nearly normal, mean 0 and deviation 1: the sum of twelve uniform numbers less six. */
  normal(): number {
    let sum = -6;
    for (let index = 0; index < 12; index += 1) sum += this.unit();
    return sum;
  }

  /** One of a list that is not empty. */
  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.unit() * values.length)] as Value;
  }

  /** One of the keys, as often as its weight says. At least one weight is above 0. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)?.[0] as Key;
  }

  /** A version 4 UUID (RFC 9562, section 5.4). */
  uuid(): string {
    const first = hex8(this.next());
    const second = hex8(this.next());
    // The two top bits 10 are the variant.
    const third = hex8(((this.next() & 0x3fff_ffff) | 0x8000_0000) >>> 0);
    const fourth = hex8(this.next());
    const versioned = `${second.slice(0, 4)}-4${second.slice(5)}`;
    return `${first}-${versioned}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
  }
}

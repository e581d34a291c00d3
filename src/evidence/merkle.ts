/**
 * The Merkle tree of RFC 6962, section 2.1: proofs that one record is in a log and that a log only grew.
 *
 * Hashes are SHA-256, 32 bytes. A node is named by its level (leaves are 0) and its index at that level;
 * only complete nodes, those over 2^level leaves, are ever stored or asked for. Everything else is
 * computed from them.
 */
import { createHash } from "node:crypto";

/** Bytes of a hash. */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Hash of a leaf: SHA-256 of a zero byte and its data. */
export function leafHash(data: Uint8Array): Buffer {
  return createHash("sha256").update(LEAF).update(data).digest();
}

/** Hash of a node over two others: SHA-256 of a one byte and both. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(NODE).update(left).update(right).digest();
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return createHash("sha256").digest();
}

/** A complete node of a tree. */
export interface CompleteNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

/**
 * Grows a tree leaf by leaf and remembers one hash for each bit of its size, so that a log of any length
 * can go on from where it was.
 */
export class TreeFrontier {
  #size: number;
  /** Complete nodes that have no sibling yet, the largest first. */
  readonly #open: Buffer[];

  private constructor(size: number, open: readonly Buffer[]) {
    this.#size = size;
    this.#open = [...open];
  }

  static empty(): TreeFrontier {
    return new TreeFrontier(0, []);
  }

  /** The frontier of a tree of which the complete nodes are at hand. */
  static of(size: number, node: (level: number, index: number) => Buffer): TreeFrontier {
    return new TreeFrontier(
      size,
      completeNodes(0, size).map(({ level, index }) => node(level, index)),
    );
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf by its hash; returns the nodes that it completes, the leaf itself first. */
  push(leaf: Buffer): readonly CompleteNode[] {
    const completed: CompleteNode[] = [{ level: 0, index: this.#size, hash: leaf }];
    let hash = leaf;
    let level = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      hash = nodeHash(this.#open.pop() ?? emptyRoot(), hash);
      level += 1;
      completed.push({ level, index: Math.floor(rest / 2), hash });
    }
    this.#open.push(hash);
    this.#size += 1;
    return completed;
  }

  /** The root over all leaves so far. */
  root(): Buffer {
    return fold(this.#open);
  }
}

/** The root over complete nodes that stand beside each other, the largest first. */
function fold(nodes: readonly Buffer[]): Buffer {
  const last = nodes.at(-1);
  if (last === undefined) return emptyRoot();
  return nodes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

interface NodeName {
  readonly level: number;
  readonly index: number;
}

/** The complete nodes that together cover the leaves from `start` to `end`; `start` is aligned to them. */
function completeNodes(start: number, end: number): readonly NodeName[] {
  const nodes: NodeName[] = [];
  for (let place = start; place < end; ) {
    const level = Math.floor(Math.log2(end - place));
    const width = 2 ** level;
    nodes.push({ level, index: place / width });
    place += width;
  }
  return nodes;
}

/** Where complete nodes are read from. Throws when the node is not complete. */
export type NodeSource = (level: number, index: number) => Buffer;

function rootOf(source: NodeSource, start: number, end: number): Buffer {
  return fold(completeNodes(start, end).map(({ level, index }) => source(level, index)));
}

/** Largest power of two smaller than `n`, which is at least 2. */
function split(n: number): number {
  const width = 2 ** Math.floor(Math.log2(n));
  return width === n ? width / 2 : width;
}

/** The root over the first `size` leaves. */
export function treeRoot(source: NodeSource, size: number): Buffer {
  return rootOf(source, 0, size);
}

/**
 * Proof that a leaf is in the tree over the first `size` leaves, RFC 6962 section 2.1.1.
 *
 * @returns Hashes from the leaf's sibling up to the root's child.
 */
export function inclusionProof(source: NodeSource, index: number, size: number): readonly Buffer[] {
  if (index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const path = (start: number, end: number): readonly Buffer[] => {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    return index < middle
      ? [...path(start, middle), rootOf(source, middle, end)]
      : [...path(middle, end), rootOf(source, start, middle)];
  };
  return path(0, size);
}

/** Proof that the tree over `size` leaves begins with the tree over `from`, RFC 6962 section 2.1.2. */
export function consistencyProof(
  source: NodeSource,
  from: number,
  size: number,
): readonly Buffer[] {
  if (from < 1 || from > size) throw new RangeError(`no tree of ${from} in a tree of ${size}`);
  const proof = (start: number, end: number, isWhole: boolean): readonly Buffer[] => {
    if (from === end) return isWhole ? [] : [rootOf(source, start, end)];
    const middle = start + split(end - start);
    return from <= middle
      ? [...proof(start, middle, isWhole), rootOf(source, middle, end)]
      : [...proof(middle, end, false), rootOf(source, start, middle)];
  };
  return from === size ? [] : proof(0, size, true);
}

/** The root that a proof leads to, or `undefined` where it cannot belong to such a leaf. RFC 9162 2.1.3.2. */
export function rootFromInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  let [own, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== HASH_BYTES) return undefined;
    if (own % 2 === 1 || own === last) {
      hash = nodeHash(sibling, hash);
      // A node at the right edge may have no sibling for some levels.
      while (own % 2 === 0 && own !== 0) [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
    } else hash = nodeHash(hash, sibling);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  return rootFromInclusion(leaf, index, size, proof)?.equals(root) ?? false;
}

/** Whether the tree of `size` with `root` begins with the tree of `from` with `fromRoot`. RFC 9162 2.1.4.2. */
export function verifyConsistency(
  from: number,
  size: number,
  fromRoot: Buffer,
  root: Buffer,
  proof: readonly Buffer[],
): boolean {
  if (from < 1 || from > size) return false;
  if (from === size) return proof.length === 0 && fromRoot.equals(root);
  if (proof.some(({ length }) => length !== HASH_BYTES)) return false;
  const isPower = Number.isInteger(Math.log2(from));
  const path = isPower ? [fromRoot, ...proof] : proof;
  let [own, last] = [from - 1, size - 1];
  while (own % 2 === 1) [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (own % 2 === 1 || own === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (own % 2 === 0 && own !== 0) [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
    } else after = nodeHash(after, sibling);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 && before.equals(fromRoot) && after.equals(root);
}

import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  type NodeSource,
  nodeHash,
  TreeFrontier,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from "../../src/evidence/merkle.ts";

/** Leaves and roots of the test data that came with the reference implementation of RFC 6962. */
const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"].concat(
  "606162636465666768696a6b6c6d6e6f",
);
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** The tree as the recursion of RFC 6962 section 2.1 says it, and nothing else. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return createHash("sha256").digest();
  if (leaves.length === 1) return only;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, half)), naiveRoot(leaves.slice(half)));
}

class Tree {
  readonly #frontier = TreeFrontier.empty();
  readonly #nodes = new Map<string, Buffer>();
  readonly leaves: Buffer[] = [];

  constructor(data: readonly Uint8Array[]) {
    for (const one of data) {
      const leaf = leafHash(one);
      this.leaves.push(leaf);
      for (const { level, index, hash } of this.#frontier.push(leaf))
        this.#nodes.set(`${level}/${index}`, hash);
    }
  }

  get root(): Buffer {
    return this.#frontier.root();
  }

  readonly source: NodeSource = (level, index) => {
    const node = this.#nodes.get(`${level}/${index}`);
    if (node === undefined) throw new Error(`no complete node ${level}/${index}`);
    return node;
  };
}

const data = fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 70 });

describe("the tree of RFC 6962", () => {
  it("has the roots of its test data", () => {
    expect(emptyRoot().toString("hex")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    for (const [index, root] of roots.entries()) {
      const tree = new Tree(inputs.slice(0, index + 1).map((hex) => Buffer.from(hex, "hex")));
      expect(tree.root.toString("hex")).toBe(root);
    }
  });

  it("has the proofs of its test data", () => {
    const tree = new Tree(inputs.map((hex) => Buffer.from(hex, "hex")));
    const hex = (proof: readonly Buffer[]): readonly string[] =>
      proof.map((hash) => hash.toString("hex"));
    expect(hex(inclusionProof(tree.source, 0, 8))).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(hex(inclusionProof(tree.source, 5, 8))).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(hex(consistencyProof(tree.source, 6, 8))).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(hex(consistencyProof(tree.source, 1, 1))).toEqual([]);
  });

  it("is what the recursion says, and goes on from stored nodes", () => {
    fc.assert(
      fc.property(data, fc.nat(), (all, cut) => {
        const tree = new Tree(all);
        expect(tree.root).toEqual(naiveRoot(tree.leaves));
        const size = cut % (all.length + 1);
        expect(treeRoot(tree.source, size)).toEqual(naiveRoot(tree.leaves.slice(0, size)));
        const resumed = TreeFrontier.of(size, tree.source);
        for (const leaf of tree.leaves.slice(size)) resumed.push(leaf);
        expect(resumed.root()).toEqual(tree.root);
        expect(resumed.size).toBe(all.length);
      }),
    );
  });

  it("proves every leaf, and no other leaf, place, size or root", () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(), (all, one, bit) => {
        const tree = new Tree(all);
        const [size, index] = [all.length, one % all.length];
        const leaf = tree.leaves[index] ?? emptyRoot();
        const proof = inclusionProof(tree.source, index, size);
        expect(verifyInclusion(leaf, index, size, proof, tree.root)).toBe(true);
        expect(verifyInclusion(leafHash(Buffer.from("other")), index, size, proof, tree.root)).toBe(
          false,
        );
        for (const wrong of [index - 1, index + 1, index + size])
          if (wrong < size && tree.leaves[wrong]?.equals(leaf) !== true)
            expect(verifyInclusion(leaf, wrong, size, proof, tree.root)).toBe(false);
        const flipped = proof.map((hash) => Buffer.from(hash));
        const place = flipped[bit % Math.max(1, flipped.length)];
        if (place !== undefined) {
          place[bit % 32] = (place[bit % 32] ?? 0) ^ 1;
          expect(verifyInclusion(leaf, index, size, flipped, tree.root)).toBe(false);
          expect(verifyInclusion(leaf, index, size, proof.slice(1), tree.root)).toBe(false);
        }
        expect(verifyInclusion(leaf, index, size, [...proof, tree.root], tree.root)).toBe(false);
      }),
    );
  });

  it("proves that it only grew", () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(), (all, cut, bit) => {
        const tree = new Tree(all);
        const size = all.length;
        const from = 1 + (cut % size);
        const [before, after] = [treeRoot(tree.source, from), tree.root];
        const proof = consistencyProof(tree.source, from, size);
        expect(verifyConsistency(from, size, before, after, proof)).toBe(true);
        const other = Buffer.from(before);
        other[bit % 32] = (other[bit % 32] ?? 0) ^ 1;
        expect(verifyConsistency(from, size, other, after, proof)).toBe(false);
        expect(verifyConsistency(from, size, before, other, proof)).toBe(false);
        expect(verifyConsistency(from, size, before, after, [...proof, other])).toBe(false);
        if (proof.length > 0) {
          expect(verifyConsistency(from, size, before, after, proof.slice(1))).toBe(false);
          const flipped = proof.map((hash) => Buffer.from(hash));
          const place = flipped[bit % flipped.length] ?? emptyRoot();
          place[bit % 32] = (place[bit % 32] ?? 0) ^ 1;
          expect(verifyConsistency(from, size, before, after, flipped)).toBe(false);
        }
      }),
    );
  });
});

import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCheckpoint, renderCheckpoint } from "../../src/evidence/checkpoint.ts";
import {
  checkNote,
  createSigner,
  isKeyName,
  parseNote,
  parseVerifier,
  renderNote,
  renderVerifier,
  signNote,
} from "../../src/evidence/note.ts";

/** The example of the first implementation of the format, golang.org/x/mod/sumdb/note. */
const KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NOTE =
  "If you think cryptography is the answer to your problem,\n" +
  "then you don't know what your problem is.\n" +
  "\n" +
  "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

function signer(name: string) {
  return createSigner(name, generateKeyPairSync("ed25519").privateKey);
}

describe("a signed note", () => {
  it("of another implementation is read, and its signature is right", () => {
    const verifier = parseVerifier(KEY);
    const note = parseNote(NOTE);
    if (verifier === undefined || note === undefined) throw new Error("not read");
    expect(renderVerifier(verifier)).toBe(KEY);
    expect(renderNote(note)).toBe(NOTE);
    expect(checkNote(note, [verifier])).toEqual({ signedBy: [verifier], wrong: [], unknown: [] });
  });

  it("that was altered has no right signature", () => {
    const verifier = parseVerifier(KEY);
    const note = parseNote(NOTE.replace("answer", "anwser"));
    if (verifier === undefined || note === undefined) throw new Error("not read");
    expect(checkNote(note, [verifier])).toMatchObject({ signedBy: [], wrong: [verifier] });
    expect(checkNote(note, [])).toMatchObject({ signedBy: [], wrong: [], unknown: [{}] });
  });

  it("tells its signers apart, also those of one name", async () => {
    const [old, young, stranger] = [signer("a.example/log"), signer("a.example/log"), signer("b")];
    const note = await signNote("text\n", [old, young, stranger]);
    const read = parseNote(renderNote(note));
    if (read === undefined) throw new Error("not read");
    const verdict = checkNote(read, [young.verifier, old.verifier]);
    expect(verdict.signedBy).toEqual([old.verifier, young.verifier]);
    expect(verdict.wrong).toEqual([]);
    expect(verdict.unknown.map(({ name }) => name)).toEqual(["b"]);
  });

  it("comes back as it was, whatever its text", async () => {
    const own = signer("log");
    const line = fc.string({ unit: "grapheme" }).filter((text) => !/\p{Cc}/u.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
        const text = `${lines.join("\n")}\n`;
        const note = parseNote(renderNote(await signNote(text, [own])));
        expect(note?.text).toBe(text);
        expect(note && checkNote(note, [own.verifier]).signedBy).toEqual([own.verifier]);
      }),
    );
  });

  it.each([
    ["no signature", "text\n"],
    ["no line feed at the end", NOTE.slice(0, -1)],
    ["another dash", NOTE.replace("\u2014", "-")],
    ["loose base64", NOTE.replace("nAM=", "nAN=")],
    ["base64 without padding", NOTE.replace("nAM=", "nAM")],
    ["a control character", NOTE.replace("answer", "ans\u0007wer")],
    ["a carriage return", NOTE.replace("problem,\n", "problem,\r\n")],
    ["a signature too short to have a key", "text\n\n\u2014 a AAAA\n"],
    ["something behind the signatures", `${NOTE}more\n`],
  ])("with %s is refused", (_, note) => {
    expect(parseNote(note)).toBeUndefined();
  });

  it("cannot be made of text that would break it", async () => {
    await expect(signNote("no end", [signer("log")])).rejects.toThrow("lines of text");
    await expect(signNote("bell \u0007\n", [signer("log")])).rejects.toThrow("lines of text");
    expect(isKeyName("a b") || isKeyName("a+b") || isKeyName("") || isKeyName("a\n")).toBe(false);
  });

  it.each([
    ["another id", KEY.replace("c74f20a3", "c74f20a4")],
    ["another type", KEY.replace("+ARpc", "+Ahpc")],
    ["a shorter key", "a+00000000+AQ=="],
  ])("has no verifier of a key with %s", (_, line) => {
    expect(parseVerifier(line)).toBeUndefined();
  });
});

describe("a checkpoint", () => {
  const root = Buffer.alloc(32, 7);
  const text = `example.com/log\n123\n${root.toString("base64")}\ntime 2026-03-01T00:00:00.000Z\n`;

  it("is read and written", () => {
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toEqual({
      ...{ origin: "example.com/log", size: 123, root },
      extensions: ["time 2026-03-01T00:00:00.000Z"],
    });
    expect(checkpoint && renderCheckpoint(checkpoint)).toBe(text);
  });

  it.each([
    ["a size with a leading zero", text.replace("123", "0123")],
    ["a negative size", text.replace("123", "-1")],
    ["a size beyond whole numbers", text.replace("123", "9007199254740993")],
    ["a short root", text.replace(root.toString("base64"), "AAAA")],
    ["an empty line", text.replace("time", "\ntime")],
    ["no origin", text.slice(text.indexOf("\n"))],
    ["no end", text.slice(0, -1)],
  ])("with %s is refused", (_, wrong) => {
    expect(parseCheckpoint(wrong)).toBeUndefined();
  });

  it("cannot be made of lines that would break it", () => {
    const good = { origin: "a", size: 1, root, extensions: [] };
    expect(() => renderCheckpoint({ ...good, origin: "a\nb" })).toThrow("checkpoint");
    expect(() => renderCheckpoint({ ...good, extensions: [""] })).toThrow("checkpoint");
    expect(() => renderCheckpoint({ ...good, size: 0.5 })).toThrow("whole number");
  });
});

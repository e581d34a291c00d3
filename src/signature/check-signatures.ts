/** Whether signatures do what their examples say, and stand beside each other. */
import { createSecretKey } from "node:crypto";
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as signatureMessage from "../diagnostic/message/signature.ts";
import { createMatcher } from "./matcher.ts";
import type { SignatureFile } from "./parse-signature.ts";

/** Only whether something matched counts here, so any key will do. */
const ANY_KEY = createSecretKey(Buffer.alloc(32, 1));

/** Runs the examples of one signature: G106 where one is missed, G107 where a harmless one matches. */
export function checkExamples({ signature, examples }: SignatureFile): readonly Diagnostic[] {
  const matchers = signature.surfaces.map((surface) =>
    createMatcher([signature], { key: ANY_KEY, surface }),
  );
  return examples.flatMap(({ text, span, isMatch }) => {
    const matched = matchers.some((matcher) => matcher.match(text).length > 0);
    if (matched === isMatch) return [];
    const message = isMatch
      ? signatureMessage.exampleMissed
      : signatureMessage.counterExampleMatched;
    return [report(message, span, { id: signature.id })];
  });
}

/** The place of a signature: its file must have its name (G108). */
export function checkSignatureName(
  { signature, span }: SignatureFile,
  fileName: string,
): readonly Diagnostic[] {
  if (fileName.replace(/\.ya?ml$/, "") === signature.id) return [];
  return [report(signatureMessage.idMismatch, span, { id: signature.id, name: fileName })];
}

/** Signatures of one set must have different ids (G109). */
export function checkSignatureSet(files: readonly SignatureFile[]): readonly Diagnostic[] {
  const taken = new Map<string, SignatureFile>();
  return files.flatMap((file) => {
    const { id } = file.signature;
    const first = taken.get(id);
    if (first === undefined) {
      taken.set(id, file);
      return [];
    }
    const other = first.span.file;
    return [report(signatureMessage.duplicateSignature, file.span, { id, other })];
  });
}

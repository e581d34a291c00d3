/** Reads secrets where they lie, at the moment of use. */
import { readFileSync, statSync } from "node:fs";
import { describeSecret, MissingSecretError, type ReadSecret } from "../config/secret.ts";

/** Permission bits that let anybody on the machine read a file. */
const OTHERS_MAY_READ = 0o004;

export interface SecretReaderOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told once of each file that others may read. */
  readonly warn: (message: string) => void;
}

/** The text without the one line break that editors and `echo` leave at the end. */
function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, "");
}

function readSecretFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw new MissingSecretError(
      `file ${path} cannot be read (${code}): create it, or give this user permission`,
      {
        cause,
      },
    );
  }
}

/**
 * A reader of secrets. Nothing is kept, so that a rotated file or variable takes effect with the next
 * use; messages name the place of a secret and never the secret.
 */
export function createSecretReader({ environment, warn }: SecretReaderOptions): ReadSecret {
  const warned = new Set<string>();
  const warnOnce = (path: string): void => {
    if (process.platform === "win32" || warned.has(path)) return;
    if (((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS_MAY_READ) === 0) return;
    warned.add(path);
    warn(
      `file ${path} holds a secret and anybody on this machine may read it: run chmod 600 on it`,
    );
  };
  return (reference) => {
    const where = describeSecret(reference);
    if (reference.from === "file") {
      const value = withoutLineBreak(readSecretFile(reference.path));
      warnOnce(reference.path);
      if (value.trim() === "") throw new MissingSecretError(`${where} is empty`);
      return value;
    }
    const value = environment[reference.name];
    if (value === undefined) throw new MissingSecretError(`${where} is not set`);
    if (value.trim() === "") throw new MissingSecretError(`${where} is empty`);
    return withoutLineBreak(value);
  };
}

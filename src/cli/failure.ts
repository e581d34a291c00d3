/** Failures of the machine (files, devices) as diagnostics, told apart from defects of this program. */
import { type Diagnostic, fileSpan, report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";

/** Thrown by a command that cannot go on; carries what to say and the exit code to end with. */
export class CommandFailure extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: 2 | 3 | 4;

  constructor(diagnostics: readonly Diagnostic[], exitCode: 2 | 3 | 4) {
    super(diagnostics.map((one) => one.message).join("; "));
    this.name = "CommandFailure";
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the device is full",
  EROFS: "the file system is read-only",
  EEXIST: "it exists already",
  EMFILE: "too many files are open",
};

/** Whether an exception came from the operating system rather than from a defect. */
export function isSystemError(cause: unknown): cause is SystemError {
  return (
    cause instanceof Error &&
    "code" in cause &&
    typeof cause.code === "string" &&
    "syscall" in cause
  );
}

export function reasonOf(cause: unknown): string {
  if (!isSystemError(cause)) return cause instanceof Error ? cause.message : String(cause);
  return REASONS[cause.code] ?? cause.code;
}

/** Runs something that reads `path`; a refusal of the system becomes a failure with advice. */
export async function reading<T>(path: string, span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const args = { path, reason: reasonOf(cause) };
    throw new CommandFailure([report(commandMessage.unreadable, span, args)], 3);
  }
}

/** Runs something that writes `path`; a refusal of the system becomes a failure with advice. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const args = { path, reason: reasonOf(cause) };
    throw new CommandFailure([report(commandMessage.unwritable, fileSpan(path), args)], 3);
  }
}

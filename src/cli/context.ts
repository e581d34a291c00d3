/** What a command may touch: its streams, its clock, its place in the file system. */
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type Diagnostic, isError } from "../diagnostic/diagnostic.ts";
import { type DiagnosticFormat, renderDiagnostics, type SourceLine } from "../diagnostic/render.ts";

export interface Context {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Random bytes for journal and run identities. */
  readonly random: (bytes: number) => Uint8Array;
  /** Folder of the package: rules, mappings and context live there. */
  readonly root: string;
  readonly version: string;
  /** The command line, for diagnostics about it. */
  readonly commandLine: string;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  readonly progress: boolean;
  readonly quiet: boolean;
}

/** Writes text and waits while the reader is slower than we are, so that memory stays flat. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (text === "" || stream.destroyed || stream.write(text)) return;
  await once(stream, "drain");
}

/** Looks lines up in YAML and argument files; event logs are not quoted, they may be personal. */
export function sourceLines(
  context: Context,
  texts: ReadonlyMap<string, string> = new Map(),
): SourceLine {
  return (file, line) => {
    if (file === "command line") return context.commandLine;
    return texts.get(file)?.split("\n")[line - 1];
  };
}

/** Writes diagnostics to stderr for people. */
export async function tell(
  context: Context,
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string> = new Map(),
  format: DiagnosticFormat = "text",
): Promise<void> {
  const shown = context.quiet ? diagnostics.filter(isError) : diagnostics;
  const options = {
    colour: context.colour.stderr,
    version: context.version,
    sourceLine: sourceLines(context, texts),
  };
  await write(context.stderr, renderDiagnostics(shown, format, options));
}

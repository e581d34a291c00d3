/**
 * Lines from the standard input, until it ends.
 *
 * A pipe cannot be read again: what the writer has written and this process has not made durable is lost
 * when the process is killed. A file or the http source keeps that with the sender.
 */
import type { Readable } from "node:stream";
import type { OptionTable } from "../../config/option.ts";
import { type LineFormat, lineFormatOption } from "../gateway/format.ts";
import { inFormat } from "../gateway/in-format.ts";
import { Handover, recordsOf, sizeOf } from "../handover.ts";
import { readLines } from "../lines.ts";
import type { Emit, Source, SourceKind, SourceTools } from "../source.ts";

export interface StdinOptions {
  readonly format: LineFormat;
}

const options: OptionTable<StdinOptions> = { format: lineFormatOption };
const ORIGIN = "stdin";

async function readToEnd(input: Readable, emit: Emit, signal: AbortSignal): Promise<void> {
  const stop = () => input.destroy();
  // Nothing may come for long; a failure must not wait for that.
  const emitOrStop: Emit = (records, origin) =>
    emit(records, origin).catch((cause: unknown) => {
      stop();
      throw cause;
    });
  const handover = new Handover(emitOrStop, ORIGIN);
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    for await (const lines of readLines(input, { file: ORIGIN }))
      await handover.offer(recordsOf(lines), sizeOf(lines));
  } catch (cause) {
    // A stream that is destroyed in the middle says so; the reason for that comes first.
    await handover.settled();
    if (!signal.aborted) throw cause;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  await handover.settled();
}

/** A source over a stream of bytes, for the standard input and for tests. */
export function openStdin(tools: Pick<SourceTools, "name">, input: Readable): Source {
  return {
    name: tools.name,
    kind: "stdin",
    start: (emit, signal) => readToEnd(input, emit, signal),
  };
}

export const stdinSourceKind: SourceKind<StdinOptions> = {
  kind: "stdin",
  summary:
    "Lines from the standard input, until it ends. A pipe cannot be read again, so use it for jobs rather than for a service.",
  options,
  open: async ({ format }, tools) => inFormat(openStdin(tools, process.stdin), format),
};

/** Standard input, read whole and at once: streams of Node take time to load that a tool would wait for. */
import { readSync } from "node:fs";

const CHUNK_BYTES = 65_536;
/** How long to wait before asking again, where the other side has set the pipe not to block. */
const PAUSE_MS = 2;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

/** Everything up to the end of the input. The client ends a hook that waits for longer than its timeout. */
export function readInput(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    try {
      const bytes = readSync(0, chunk);
      if (bytes === 0) break;
      chunks.push(chunk.subarray(0, bytes));
    } catch (cause) {
      // Windows tells the end of a pipe as an error.
      if (codeOf(cause) === "EOF") break;
      if (codeOf(cause) !== "EAGAIN") throw cause;
      pause();
    }
  }
  return Buffer.concat(chunks).toString("utf8");
}

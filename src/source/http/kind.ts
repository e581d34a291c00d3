/** A receiver of events over HTTP: 200 only after they are durable. */
import { refuseConflicts } from "../receiver/conflict.ts";
import type { Emit, Source, SourceKind, SourceTools } from "../source.ts";
import { type HttpOptions, httpConflicts, httpOptions } from "./options.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

class HttpSource implements Source {
  readonly kind = "http";
  readonly name: string;
  readonly #options: HttpOptions;
  readonly #tools: SourceTools;
  #server: RunningServer | undefined;

  constructor(options: HttpOptions, tools: SourceTools) {
    this.name = tools.name;
    this.#options = options;
    this.#tools = tools;
  }

  readonly address = (): string | undefined => this.#server?.address;

  readonly start = async (emit: Emit, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    this.#server = await startServer(this.#options, this.#tools, emit);
    await aborted(signal);
    await this.#server.stop();
    this.#server = undefined;
  };
}

export const httpSourceKind: SourceKind<HttpOptions> = {
  kind: "http",
  summary:
    "Takes events with POST, as JSON lines, one object or an array, and answers 200 only when they are durable. Senders that send again after a broken connection are right to.",
  options: httpOptions,
  conflicts: httpConflicts,
  open: async (options, tools) => {
    refuseConflicts(httpConflicts(options));
    return new HttpSource(options, tools);
  },
};

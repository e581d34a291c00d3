/** A source that is a server: it listens from start to stop. */
import type { Emit, Source, SourceTools } from "../source.ts";
import type { ServerOptions } from "./options.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { Service } from "./service.ts";

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export class HttpReceiver implements Source {
  readonly kind: string;
  readonly name: string;
  readonly #options: ServerOptions;
  readonly #service: Service;
  readonly #tools: SourceTools;
  #server: RunningServer | undefined;

  constructor(kind: string, options: ServerOptions, service: Service, tools: SourceTools) {
    this.kind = kind;
    this.name = tools.name;
    this.#options = options;
    this.#service = service;
    this.#tools = tools;
  }

  readonly address = (): string | undefined => this.#server?.address;

  readonly start = async (emit: Emit, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    this.#server = await startServer(this.#options, this.#service, this.#tools, emit);
    await aborted(signal);
    await this.#server.stop();
    this.#server = undefined;
  };
}

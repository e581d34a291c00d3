/**
 * Tells open pages that there is something new. With nobody listening nothing runs; with somebody, one
 * look a second at what each of the pages would show, which costs no query.
 */
import type { ServerResponse } from "node:http";

export interface LiveOptions {
  /** What a page, by its path and query, would show now; `undefined` where there is no such page. */
  readonly versionOf: (page: string) => Promise<string | undefined>;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Listener {
  readonly page: string;
  readonly response: ServerResponse;
  sent: string | undefined;
}

const LOOK_MS = 1000;
/** Proxies close a connection on which nothing comes for a minute. */
const BREATH_MS = 20_000;
const LISTENERS_MAX = 24;
/** A reader that does not read is let go. */
const UNREAD_BYTES_MAX = 65_536;

export class LiveHub {
  readonly #options: LiveOptions;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Answers with a stream of versions of a page. `false`: too many listen, nothing was answered. */
  add(page: string, response: ServerResponse): boolean {
    if (this.#listeners.size >= LISTENERS_MAX) return false;
    const listener: Listener = { page, response, sent: undefined };
    response.writeHead(200, { ...this.#options.headers, "content-type": "text/event-stream" });
    response.write("retry: 3000\n\n");
    this.#listeners.add(listener);
    response.on("close", () => this.#drop(listener));
    this.#schedule();
    return true;
  }

  #drop(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#look().then(() => {
        this.#timer = undefined;
        this.#schedule();
      });
    }, LOOK_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#looks += 1;
    const isBreath = this.#looks % (BREATH_MS / LOOK_MS) === 0;
    for (const page of new Set([...this.#listeners].map((one) => one.page))) {
      // A store that cannot be read at the moment has nothing new.
      const version = await this.#options.versionOf(page).catch(() => undefined);
      for (const one of this.#listeners) {
        if (one.page !== page) continue;
        if (version !== undefined && version !== one.sent) {
          one.sent = version;
          this.#write(one, `data: ${version}\n\n`);
        } else if (isBreath) this.#write(one, ":\n\n");
      }
    }
  }

  #write(listener: Listener, text: string): void {
    const { response } = listener;
    if (response.writableLength > UNREAD_BYTES_MAX) {
      response.destroy();
      this.#drop(listener);
    } else response.write(text);
  }

  close(): void {
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** A connector with an embedded store, its pages, and a browser as far as HTTP goes. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConnectorConfig } from "../../../src/connector/config.ts";
import { Connector } from "../../../src/connector/connector.ts";
import { isEmbedded } from "../../../src/connector/embedded/kind.ts";
import { openAccess, startPages } from "../../../src/connector/page/start.ts";
import { kinds } from "../../../src/connector/registry.ts";
import type { StatusServer } from "../../../src/connector/status-server.ts";
import type { World } from "../../../src/connector/world.ts";
import { systemClock } from "../../../src/delivery/clock.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

export class PageStage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-page-"));
  readonly log: string[] = [];
  environment: Record<string, string> = {};
  /** Milliseconds that the pages' clock is ahead. */
  ahead = 0;
  connector: Connector | undefined;
  #server: StatusServer | undefined;

  constructor() {
    writeFileSync(join(this.folder, "key"), `${randomBytes(32).toString("hex")}\n`);
  }

  get world(): World {
    const note = (_: object, message: string): void => {
      this.log.push(message);
    };
    return {
      clock: { ...systemClock, now: () => Date.now() + this.ahead },
      random: randomBytes,
      environment: this.environment,
      log: { debug: note, info: note, warn: note, error: note },
      version: "0.0.0",
    };
  }

  /** Starts it, or starts it again with the data it has. `server` and `sink` are keys of YAML. */
  async start(server = "", sink = ""): Promise<Connector> {
    await this.stop();
    const yaml = `version: 1
deployment: production <eu>
data_dir: data
pseudonym: {key: {file: key}}
server: {listen: "127.0.0.1:0"${server}}
sinks:
  - {name: store, kind: embedded, detect_every: 1s, threads: 1, delivery: {batch_age: 20ms}${sink}}
`;
    const file = join(this.folder, "claude-siem.yaml");
    const parsed = parseConnectorConfig(yaml, file, { ...kinds, sourcesOptional: true });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const config = parsed.value;
    const { world } = this;
    const access = openAccess(config, world);
    if (!access.ok) throw new Error(JSON.stringify(access.diagnostics));
    const started = await Connector.start(config, world);
    if (!started.ok) throw new Error(JSON.stringify(started.diagnostics));
    this.connector = started.value;
    const { connector } = this;
    const root = join(import.meta.dirname, "..", "..", "..");
    this.#server = await startPages({ config, connector, world, access: access.value, root });
    return connector;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** Appends events and waits until the store has them and the rules have judged them. */
  async take(...events: readonly object[]): Promise<void> {
    await this.connector?.appendBatch(events);
    await this.connector?.caughtUp();
    for (const { sink } of this.connector?.sinks ?? []) if (isEmbedded(sink)) await sink.judge();
  }

  /** One request, as it is given and not as a browser would mend it. */
  ask(path: string, { method, headers = {}, form }: Sent = {}): Promise<Answer> {
    const body = form === undefined ? "" : new URLSearchParams(form).toString();
    const type = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const options = {
      method: method ?? (form === undefined ? "GET" : "POST"),
      headers: { accept: "text/html", ...type, ...headers },
    };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}${path}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    await this.connector?.stop(2000);
    this.#server = undefined;
    this.connector = undefined;
  }

  async clear(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Values of the hidden fields of the forms of a page. */
export function hiddenFields(page: string): Record<string, string> {
  const found = page.matchAll(/<input type="hidden" name="([a-z]+)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name ?? "", value ?? ""]));
}

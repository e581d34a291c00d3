/** A connector in a process of its own, the products it delivers to, and a sender. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCursors } from "../../src/journal/cursor.ts";
import { nodeFileSystem } from "../../src/journal/file-system.ts";
import { seededRandom } from "../event/random-event.ts";
import { Child } from "./child.ts";
import { within } from "./ground.ts";
import { deadLetterIds, judge, leadingCursors, type Standstill, type Verdict } from "./oracle.ts";
import { archive, type Product, splunk, webhook } from "./product.ts";
import { Sender } from "./sender.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface SceneOptions {
  readonly seed: number;
  /** Variables of the child: NODE_COMPILE_CACHE, SPEED, GRACE_MS. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings of every sink under `delivery:`. */
  readonly delivery: Fields;
  /** Further settings of the webhook. */
  readonly webhook?: Fields;
  /** Events of a request, at most. */
  readonly batchMax?: number;
}

const FINISH_MS_MAX = 60_000;

export class Scene {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly random: () => number;
  readonly sender: Sender;
  readonly splunk: Awaited<ReturnType<typeof splunk>>;
  readonly webhook: Awaited<ReturnType<typeof webhook>>;
  readonly archive: Product;
  readonly moments: Standstill[] = [];
  readonly #children: Child[] = [];

  private constructor(
    folder: string,
    environment: Readonly<Record<string, string>>,
    random: () => number,
    batchMax: number | undefined,
    products: Pick<Scene, "splunk" | "webhook" | "archive">,
  ) {
    this.folder = folder;
    this.environment = environment;
    this.random = random;
    this.sender = new Sender(random, batchMax);
    this.splunk = products.splunk;
    this.webhook = products.webhook;
    this.archive = products.archive;
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-scene-"));
    const key = randomBytes(32).toString("hex");
    const environment: Record<string, string> = { ...options.environment, CLAUDE_SIEM_KEY: key };
    const site = { folder, environment };
    const products = {
      splunk: await splunk(site),
      webhook: await webhook(site, options.webhook),
      archive: await archive(site),
    };
    const random = seededRandom(options.seed);
    const scene = new Scene(folder, environment, random, options.batchMax, products);
    const { delivery } = options;
    const configuration = {
      version: 1,
      data_dir: join(folder, "data"),
      pseudonym: { key: { env: "CLAUDE_SIEM_KEY" } },
      journal: { disk_free_min: "0B", segment_size: "1MiB" },
      server: { enabled: false },
      sources: [{ name: "in", kind: "http", listen: "127.0.0.1:0" }],
      sinks: scene.products.map(({ settings }) => ({ ...settings, delivery })),
    };
    writeFileSync(scene.config, JSON.stringify(configuration));
    return scene;
  }

  get config(): string {
    return join(this.folder, "claude-siem.yaml");
  }

  get journal(): string {
    return join(this.folder, "data", "journal");
  }

  get products(): readonly Product[] {
    return [this.splunk, this.webhook, this.archive];
  }

  /** Starts the connector; `environment` has further variables, `flags` are Node's. */
  start(environment: Readonly<Record<string, string>> = {}, flags: readonly string[] = []): Child {
    const child = new Child(this.config, { ...this.environment, ...environment }, flags);
    this.#children.push(child);
    return child;
  }

  async heal(): Promise<void> {
    this.sender.onAcknowledged = () => {};
    this.webhook.onTaken = () => {};
    for (const product of this.products) await product.heal();
  }

  /** Notes how far cursors are while nothing runs. `without`: products that are not looked at. */
  async standstill(without: readonly Product[] = []): Promise<void> {
    for (const { name, position } of await listCursors(nodeFileSystem, this.journal)) {
      const product = this.products.find((one) => one.name === name);
      if (position === undefined || product === undefined || without.includes(product)) continue;
      const { seq: cursor, aheadRanges } = position;
      const held = product.held().length;
      const letters = await deadLetterIds(this.journal, name);
      this.moments.push({ sink: name, cursor, aheadRanges, held, letters });
    }
  }

  /** A life without a kill, in which everything is delivered. */
  async finish(): Promise<void> {
    const child = this.start();
    const address = await child.line("ready");
    if (address === undefined) throw new Error(`it does not start: ${child.errors}`);
    await this.sender.send(address, 1);
    child.tell("finish");
    if ((await within(FINISH_MS_MAX, child.line("finished"))) === undefined)
      throw new Error(`it does not finish: ${child.errors}`);
    await child.gone;
  }

  /** Judges after everything was delivered. */
  async judge(): Promise<Verdict> {
    const accounts = this.products.map((product) => product.account());
    const judged = await judge(this.journal, this.sender.offered, accounts);
    const led = await leadingCursors(this.journal, accounts, this.moments);
    return { ...judged, problems: [...judged.problems, ...led] };
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      if (!child.isGone) child.kill();
      await child.gone;
    }
    for (const product of this.products) await product.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

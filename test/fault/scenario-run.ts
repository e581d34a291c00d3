/**
 * A life at random: some products with some settings, events that flow, everything that may go wrong,
 * reloads, stops and restarts, a clock that jumps. In the end it is healed and judged.
 */
import { systemClock } from "../../src/delivery/clock.ts";
import { seededRandom } from "../event/random-event.ts";
import { Ground, pause } from "./ground.ts";
import type { Verdict } from "./oracle.ts";
import {
  archive,
  briskly,
  elastic,
  type Product,
  type Site,
  sentinel,
  splunk,
  syslog,
  webhook,
} from "./product.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface Scenario {
  readonly verdict: Verdict;
  /** What happened, in order, for the message of a failure. */
  readonly story: readonly string[];
}

const STEPS = 30;

const makers: readonly ((site: Site) => Promise<Product>)[] = [
  elastic,
  splunk,
  (site) => splunk(site, "splunk-logging", { transport: "splunk-logging" }),
  sentinel,
  webhook,
  syslog,
  archive,
];

/** Clock jumps that signatures and tokens survive, milliseconds. */
const JUMPS = [0, 0, 1000, -1000, 60_000, -60_000] as const;

class Run {
  readonly ground: Ground = new Ground();
  readonly story: string[] = [];
  readonly #random: () => number;
  #changed: Record<string, Fields> = {};
  #offset = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.ground.clock = { ...systemClock, now: () => Date.now() + this.#offset };
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #oneOf<T>(list: readonly T[]): T {
    const one = list[this.#below(list.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  }

  /** Two to four products, one of them perhaps with a filter. */
  async open(): Promise<void> {
    const { ground } = this;
    const left = [...makers];
    const products: Product[] = [];
    for (let count = 2 + this.#below(3); count > 0; count -= 1) {
      const [make] = left.splice(this.#below(left.length), 1);
      if (make !== undefined) products.push(await make(ground));
    }
    ground.products = products.map((product) =>
      this.#random() < 0.2 ? filtered(product) : product,
    );
    const names = ground.products.map(({ name, settings }) => `${name} ${settings["where"] ?? ""}`);
    this.story.push(`products: ${names.join(", ")}`);
    await ground.start(ground.configuration());
    await ground.setUp();
  }

  #configuration(): Fields {
    return this.ground.configuration(this.#changed);
  }

  async #reload(): Promise<void> {
    const { ground } = this;
    const { name } = this.#oneOf(ground.products);
    const delivery = {
      ...briskly,
      batch_age: `${1 + this.#below(20)}ms`,
      concurrency: 1 + this.#below(8),
      priority: this.#random() < 0.5,
    };
    const before = this.#changed;
    this.#changed = { ...before, [name]: { delivery } };
    this.story.push(`reload with other settings for ${name}`);
    const taken = await ground.connector.reload(ground.parse(this.#configuration()));
    if (!taken.ok) throw new Error(taken.diagnostics.map((one) => one.message).join("; "));
  }

  async #reloadBadly(): Promise<void> {
    const { ground } = this;
    this.story.push("reload that needs a restart");
    const bad = ground.parse({ ...this.#configuration(), strict: true });
    if ((await ground.connector.reload(bad)).ok) throw new Error("a bad reload was taken");
  }

  async #restart(): Promise<void> {
    const graceMs = this.#random() < 0.5 ? 0 : this.#below(200);
    this.story.push(`stop within ${graceMs} ms, start`);
    await this.ground.stop(graceMs);
    await this.ground.start(this.#configuration());
  }

  async #break(): Promise<void> {
    const product = this.#oneOf(this.ground.products);
    if (product.misfortunes.length === 0) return;
    const misfortune = this.#oneOf(product.misfortunes);
    this.story.push(`${product.name}: ${misfortune.name}`);
    await misfortune.happen();
  }

  async #heal(): Promise<void> {
    const product = this.#oneOf(this.ground.products);
    this.story.push(`${product.name} heals`);
    await product.heal();
  }

  async step(): Promise<void> {
    const { ground } = this;
    await ground.append(1 + this.#below(30), this.#random);
    const chance = this.#random();
    if (chance < 0.45) await this.#break();
    else if (chance < 0.65) await this.#heal();
    else if (chance < 0.75) await this.#restart();
    else if (chance < 0.85) await this.#reload();
    else if (chance < 0.88) await this.#reloadBadly();
    else if (chance < 0.95) {
      this.#offset = this.#oneOf(JUMPS);
      this.story.push(`clock off by ${this.#offset} ms`);
    }
    await pause(this.#below(40));
  }
}

const isUrgent = ({ severity }: Fields): boolean => severity === "critical";

/** The same product for critical events only. */
function filtered(product: Product): Product {
  return {
    ...product,
    settings: { ...product.settings, where: "severity = critical" },
    account: () => ({ ...product.account(), matches: isUrgent }),
  };
}

export async function runScenario(seed: number): Promise<Scenario> {
  const run = new Run(seed);
  try {
    await run.open();
    for (let step = 0; step < STEPS; step += 1) await run.step();
    return { verdict: await run.ground.verdict(15_000), story: run.story };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const told = run.ground.log.slice(-10).join("\n");
    throw new Error(`${detail}\n${run.story.join("\n")}\n${told}`, { cause });
  } finally {
    await run.ground.close();
  }
}

import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../event/random-event.ts";
import { fault } from "./cases.ts";
import { Ground, pause, seedOf } from "./ground.ts";
import { archive, briskly, elastic, splunk, syslog, webhook } from "./product.ts";
import { Scene } from "./scene.ts";

const SEED = seedOf("FAULT_SEED");
let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.close());

describe(fault(54), { timeout: 30_000 }, () => {
  it("takes and delivers everything when ten times as many come at once", async () => {
    ground.products = [await elastic(ground), await archive(ground)];
    await ground.start();
    await ground.setUp();
    for (let turn = 0; turn < 5; turn += 1) await ground.append(100);
    await Promise.all(Array.from({ length: 50 }, () => ground.append(100)));
    const { problems, sinks } = await ground.verdict(20_000);
    expect(problems).toEqual([]);
    for (const figures of Object.values(sinks))
      expect(figures).toEqual({ delivered: 5500, duplicates: 0, deadLetters: 0 });
  });
});

describe(fault(55), { timeout: 60_000 }, () => {
  it(`holds a backlog on the disk, not in memory (seed ${SEED})`, async () => {
    const delivery = { ...briskly, buffer_size: "1MiB" };
    const scene = await Scene.open({
      seed: SEED,
      delivery,
      webhook: { batch: 500 },
      batchMax: 200,
    });
    try {
      scene.sender.padding = "lorem ipsum ".repeat(660);
      await scene.webhook.inject?.({ kind: "status", status: 503 });
      // The backlog and what is needed without one are more than this heap: who keeps it dies of it.
      const child = scene.start({}, ["--max-old-space-size=48", "--max-semi-space-size=1"]);
      await scene.sender.send((await child.line("ready")) ?? "", 3600);
      expect(child.isGone).toBe(false);
      await scene.heal();
      child.tell("catch");
      expect(await child.line("caught"), child.errors).toBe("");
      child.kill();
      await child.gone;
      await scene.finish();
      const { problems, sinks } = await scene.judge();
      expect(problems).toEqual([]);
      expect(sinks["webhook"]?.delivered).toBeGreaterThan(3599);
    } finally {
      await scene.close();
    }
  });
});

const openFiles = (): number => readdirSync("/proc/self/fd").length;

describe.runIf(process.platform === "linux")(fault(57), { timeout: 30_000 }, () => {
  it(`leaves no file and no connection open over many outages and restarts (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    ground.products = [
      await elastic(ground),
      await splunk(ground),
      await webhook(ground),
      await syslog(ground),
      await archive(ground),
    ];
    await ground.start();
    await ground.setUp();
    const counts: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      for (let more = 0; more < 4; more += 1) {
        await ground.append(10, random);
        for (const { misfortunes } of ground.products)
          await misfortunes[Math.floor(random() * misfortunes.length)]?.happen();
        await pause(20);
        await ground.heal();
      }
      await ground.caughtUp();
      await ground.stop();
      await pause(30);
      counts.push(openFiles());
      await ground.start();
    }
    const [, first = 0] = counts;
    expect(counts.at(-1)).toBeLessThanOrEqual(first + 4);
    expect((await ground.verdict()).problems).toEqual([]);
  });
});

describe(fault(58), () => {
  it("delivers what it can each time, everything in the end, and does not hammer", async () => {
    const product = await webhook(ground);
    ground.products = [product];
    await ground.start();
    let down = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      await ground.append(10);
      if (turn % 2 === 0) await product.inject?.({ kind: "status", status: 503 });
      else await product.heal();
      const before = product.server.requests.length;
      await pause(20);
      if (turn % 2 === 0) down += product.server.requests.length - before;
    }
    // Twenty outages of 20 ms; with delays of 10 to 40 ms each sees a few attempts.
    expect(down).toBeLessThan(20 * 12);
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    expect(sinks["webhook"]).toEqual({ delivered: 400, duplicates: 0, deadLetters: 0 });
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { fault } from "./cases.ts";
import type { Child } from "./child.ts";
import { pause, seedOf } from "./ground.ts";
import { briskly } from "./product.ts";
import { Scene, type SceneOptions } from "./scene.ts";

const SEED = seedOf("FAULT_SEED");
const compileCache = mkdtempSync(join(tmpdir(), "claude-siem-compile-"));
let scene: Scene;

afterEach(() => scene.close());
afterAll(() => rmSync(compileCache, { recursive: true, force: true }));

async function open(more: Partial<SceneOptions> = {}): Promise<void> {
  const environment = { NODE_COMPILE_CACHE: compileCache };
  scene = await Scene.open({ seed: SEED, delivery: briskly, ...more, environment });
}

/** Starts the connector, and has a sender pour into it until it is gone. */
async function pouring(
  flags: readonly string[] = [],
): Promise<{ child: Child; stop: () => Promise<void> }> {
  const child = scene.start({}, flags);
  const address = await child.line("ready");
  if (address === undefined) throw new Error(`it does not start: ${child.errors}`);
  const flowing = new AbortController();
  const poured = scene.sender.pour(address, flowing.signal);
  const stop = async (): Promise<void> => {
    flowing.abort();
    await poured;
  };
  return { child, stop };
}

async function expectAll(): Promise<void> {
  await scene.heal();
  await scene.finish();
  const { problems, acknowledged, sinks } = await scene.judge();
  expect(problems).toEqual([]);
  expect(acknowledged).toBeGreaterThan(20);
  for (const { delivered } of Object.values(sinks)) expect(delivered).toBeGreaterThan(20);
}

describe(fault(36), { timeout: 60_000 }, () => {
  it(`ends within its grace, and delivers the rest after the next start (seed ${SEED})`, async () => {
    await open({ batchMax: 1000, webhook: { batch: 5 } });
    await scene.webhook.inject?.({ kind: "status", status: 503 });
    const child = scene.start({ GRACE_MS: "300" });
    await scene.sender.send((await child.line("ready")) ?? "", 6000);
    await scene.heal();
    child.kill("SIGTERM");
    const left = Number(await child.line("stopped"));
    await child.gone;
    expect(child.signal).toBe(null);
    expect(left).toBeGreaterThan(0);
    await scene.standstill();
    await expectAll();
  });
});

describe(fault(37), { timeout: 30_000 }, () => {
  it(`loses nothing when memory runs out while events flow (seed ${SEED})`, async () => {
    await open();
    const { child, stop } = await pouring(["--max-old-space-size=64"]);
    await pause(100);
    child.tell("exhaust");
    await child.gone;
    await stop();
    expect(child.errors).toMatch(/heap out of memory/);
    await scene.standstill();
    await expectAll();
  });
});

describe(fault(39), { timeout: 30_000 }, () => {
  it(`lets one process in, and the next one when that was killed (seed ${SEED})`, async () => {
    await open();
    const { child, stop } = await pouring();
    const second = scene.start();
    expect(await second.line("failed")).toMatch(/J605/);
    await second.gone;
    await pause(50);
    expect(child.isGone).toBe(false);
    child.kill();
    await child.gone;
    await stop();
    await expectAll();
  });

  it(`lets one of many in that start at the same moment (seed ${SEED})`, async () => {
    await open();
    const first = scene.start();
    await first.line("ready");
    first.kill();
    await first.gone;
    // The lock is stale now, and all of them find it.
    const many = Array.from({ length: 4 }, () => scene.start());
    const answers = await Promise.all(
      many.map((one) => Promise.race([one.line("ready"), one.gone.then(() => undefined)])),
    );
    expect(answers.filter((address) => address !== undefined)).toHaveLength(1);
    const address = answers.find((one) => one !== undefined) ?? "";
    await scene.sender.send(address, 50);
    for (const one of many) one.kill();
    await Promise.all(many.map((one) => one.gone));
    await expectAll();
  });
});

describe(fault(40), { timeout: 30_000 }, () => {
  it(`loses nothing when all deadlines pass while it stands still (seed ${SEED})`, async () => {
    await open();
    const { child, stop } = await pouring();
    for (let turn = 0; turn < 3; turn += 1) {
      await pause(60);
      child.tell("stall 700");
    }
    await pause(100);
    expect(child.isGone).toBe(false);
    await stop();
    child.kill();
    await child.gone;
    await scene.standstill();
    await expectAll();
  });
});

describe(fault(41), { timeout: 30_000 }, () => {
  it(`goes on after it was suspended again and again (seed ${SEED})`, async () => {
    await open();
    const { child, stop } = await pouring();
    for (let turn = 0; turn < 4; turn += 1) {
      await pause(40);
      child.kill("SIGSTOP");
      await pause(turn === 0 ? 1000 : 300);
      child.kill("SIGCONT");
    }
    await pause(50);
    expect(child.isGone).toBe(false);
    await stop();
    child.tell("finish");
    await child.line("finished");
    await child.gone;
    await expectAll();
  });
});

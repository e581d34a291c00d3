import { appendFileSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { selectLiveRules } from "../../../src/connector/embedded/rules.ts";
import { packageRoot } from "../../../src/connector/version.ts";
import type { JournaledEvent } from "../../../src/delivery/sink.ts";
import { journaled, journaledRange, START } from "../../conformance/event.ts";
import { loadRule } from "../../engine/rules.ts";
import { DAY, Ground, send } from "./open.ts";

const MINUTE = 60_000;

let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.clear());

const volume = loadRule("anomalous-mcp-volume");

/** MCP queries of one session, five seconds apart. */
function queries(count: number, from: number, at: number, session: string): JournaledEvent[] {
  return Array.from({ length: count }, (_, n) =>
    journaled(from + n, {
      session_id: session,
      timestamp: new Date(at + n * 5000).toISOString(),
    } as never),
  );
}

describe("live detection", () => {
  it("tells a burst once, over runs and restarts", async () => {
    const first = ground.open([volume]);
    await send(first, queries(60, 1, START, "s-1"));
    ground.now = START + 10 * MINUTE;
    await first.judge();
    await first.judge();
    expect(ground.alerts).toHaveLength(1);
    const [alert] = ground.alerts;
    expect(alert).toMatchObject({
      rule: "anomalous-mcp-volume",
      severity: "medium",
      title: "More than 50 MCP queries within 10m in one session",
      time: new Date(START + 50 * 5000).toISOString(),
      entity: { session_id: "s-1" },
      value: 51,
      limit: 50,
      found_at: new Date(ground.now).toISOString(),
    });
    expect(alert?.event_ids).toHaveLength(51);
    expect(ground.warnings).toEqual([
      expect.stringMatching(
        /^medium alert, anomalous-mcp-volume: More than .*session_id=s-1.* at /,
      ),
    ]);
    await first.close();

    const second = ground.open([volume]);
    await send(second, queries(60, 1, START, "s-1"));
    await send(second, queries(10, 61, START + 5 * MINUTE, "s-1"));
    await second.judge();
    expect(ground.alerts).toHaveLength(1);
    // The page shows it after the restart; the count is of this run.
    expect(second.report?.()).toMatchObject({
      alerts: { counts: [], recent: [{ rule: "anomalous-mcp-volume" }] },
    });
    ground.now = START + 3 * 60 * MINUTE;
    await send(second, queries(60, 71, START + 2 * 60 * MINUTE, "s-1"));
    await second.judge();
    expect(ground.alerts).toHaveLength(2);
    expect(second.report?.().alerts.counts).toEqual([
      { rule: "anomalous-mcp-volume", severity: "medium", alerts: 1 },
    ]);
  });

  it("judges events that come late when they come", async () => {
    const sink = ground.open([volume]);
    const burst = queries(60, 1, START, "s-1");
    await send(sink, burst.slice(0, 45));
    await sink.judge();
    ground.now = START + 2 * DAY;
    await send(sink, queries(5, 101, START + 2 * DAY - MINUTE, "s-2"));
    await sink.judge();
    expect(ground.alerts).toEqual([]);
    await send(sink, burst.slice(45));
    await sink.judge();
    expect(ground.alerts.map(({ time }) => time)).toEqual([
      new Date(START + 50 * 5000).toISOString(),
    ]);
  });

  it("does not judge what is older than it keeps", async () => {
    const sink = ground.open([volume], { keep: DAY });
    ground.now = START + 2 * DAY;
    await send(sink, queries(60, 1, START, "s-1"));
    await sink.judge();
    expect(ground.alerts).toEqual([]);
  });

  it("judges once more when it is closed", async () => {
    const sink = ground.open([volume]);
    sink.start?.();
    await send(sink, queries(60, 1, START, "s-1"));
    await sink.close();
    expect(ground.alerts).toHaveLength(1);
  });

  it("does not write again what a process before it had written and not noted", async () => {
    const first = ground.open([volume]);
    await send(first, queries(60, 1, START, "s-1"));
    await first.judge();
    await first.close();
    const instance = await DuckDBInstance.create(ground.path);
    const connection = await instance.connect();
    await connection.run("UPDATE alert SET told = false");
    connection.closeSync();
    instance.closeSync();
    // A crash may leave a piece of a line too.
    appendFileSync(join(ground.folder, "alerts.ndjson"), '{"alert_id":"00000000-');
    const second = ground.open([volume]);
    await second.judge();
    await send(second, queries(60, 61, START, "s-2"));
    await second.judge();
    const lines = readFileSync(join(ground.folder, "alerts.ndjson"), "utf8").trim().split("\n");
    const whole = lines.filter((line) => line.endsWith("}"));
    expect(whole.map((line) => JSON.parse(line).entity.session_id)).toEqual(["s-1", "s-2"]);
  });

  it("keeps alerts that cannot be written, says so once, and writes them later", async () => {
    mkdirSync(join(ground.folder, "alerts.ndjson"));
    const sink = ground.open([volume]);
    await send(sink, queries(60, 1, START, "s-1"));
    await sink.judge();
    await sink.judge();
    expect(ground.warnings).toEqual([expect.stringMatching(/^alerts could not be written/)]);
    rmdirSync(join(ground.folder, "alerts.ndjson"));
    await sink.judge();
    expect(ground.alerts).toHaveLength(1);
  });

  it("goes on with other rules when one cannot be run", async () => {
    const { detection } = volume;
    if (detection.kind !== "threshold") throw new Error("kind");
    const broken = {
      ...volume,
      name: "broken",
      detection: { ...detection, by: ["no_such_field" as never] },
    };
    const sink = ground.open([broken, volume]);
    await send(sink, queries(60, 1, START, "s-1"));
    await sink.judge();
    await sink.judge();
    expect(ground.alerts).toHaveLength(1);
    expect(ground.warnings[0]).toMatch(/^medium alert|^the rule broken could not be run/);
    expect(ground.warnings.filter((one) => one.startsWith("the rule broken"))).toHaveLength(1);
  });

  it("warns of rules that look back further than events are kept", () => {
    const sink = ground.open([loadRule("high-volume-user"), volume], { keep: 10 * DAY });
    sink.start?.();
    expect(ground.warnings).toEqual([
      "the rule high-volume-user looks back 31d, but events are kept for 10d; raise keep",
    ]);
  });

  it("finds a source that fell silent when nothing has come for a while", async () => {
    const sink = ground.open([loadRule("source-silent")]);
    await send(sink, [journaled(1, { source_kind: "http" } as never)]);
    ground.now = START + 2 * DAY;
    // Something is on its way: a backlog comes in.
    await send(sink, [journaled(1, { source_kind: "http" } as never)]);
    await sink.judge();
    expect(ground.alerts).toEqual([]);
    ground.now += 3 * MINUTE;
    await sink.judge();
    await sink.judge();
    expect(ground.alerts.map(({ rule, entity }) => [rule, entity])).toEqual([
      ["source-silent", { source_kind: "http" }],
    ]);
  });
});

describe("the rules of a store", () => {
  const select = (rules: "all" | readonly string[], content?: string): readonly string[] =>
    selectLiveRules(packageRoot, { rules, content }, START, () => {}).map(({ name }) => name);

  it("are all that ship, or those that are named", () => {
    expect(select("all")).toContain("source-silent");
    expect(select("all").length).toBeGreaterThan(20);
    expect(select(["prompt-injection"])).toEqual(["prompt-injection"]);
    expect(() => select(["prompt-injektion"])).toThrow(
      /no rule prompt-injektion; there are .*prompt-injection/,
    );
  });

  it("are changed by the overrides of the site", () => {
    const path = join(ground.folder, "content.yaml");
    writeFileSync(
      path,
      "rules:\n  prompt-injection: {disabled: true, reason: test}\n  anomalous-mcp-volume: {parameters: {limit: 5}}\n",
    );
    const rules = selectLiveRules(packageRoot, { rules: "all", content: path }, START, () => {});
    expect(rules.map(({ name }) => name)).not.toContain("prompt-injection");
    const changed = rules.find(({ name }) => name === volume.name);
    expect(changed?.detection).toMatchObject({ greaterThan: 5 });
    writeFileSync(path, "rules: {anomalous-mcp-volume: {parameters: {limit: -5}}}\n");
    expect(() => select("all", path)).toThrow(/content.yaml:1:\d+ R\d+/);
    expect(() => select("all", join(ground.folder, "none.yaml"))).toThrow(/is missing/);
  });
});

it("the seed of the conformance suite raises nothing", async () => {
  const sink = ground.open(
    selectLiveRules(packageRoot, { rules: "all", content: undefined }, START, () => {}),
  );
  await send(sink, journaledRange(20));
  await sink.judge();
  expect(ground.warnings).toEqual([]);
});

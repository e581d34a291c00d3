import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorFinding } from "../../src/connector/doctor/check.ts";
import { type DoctorOptions, examine } from "../../src/connector/doctor/doctor.ts";
import { Access } from "../../src/connector/page/access.ts";
import { startPages } from "../../src/connector/page/start.ts";
import type { Inventory } from "../../src/delivery/sink.ts";
import { journaled } from "../conformance/event.ts";
import { Stage } from "./stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
  chmodSync(join(stage.folder, "key"), 0o600);
});

afterEach(async () => {
  await stage.close();
});

async function look(
  config: DoctorOptions["config"],
  changed: Partial<DoctorOptions> = {},
): Promise<readonly DoctorFinding[]> {
  const options = { config, world: stage.world, timeoutMs: 5000, sendTest: false, waitMs: 0 };
  return (await examine({ ...options, ...changed })).findings;
}

/** Findings that are not ok, as lines; how fast this machine's disk is does not matter here. */
const troubles = (findings: readonly DoctorFinding[]): readonly string[] =>
  findings
    .filter(({ status, what }) => status !== "ok" && !what.includes("a sync takes"))
    .map(({ about, status, what }) => `${status} ${about}: ${what}`);

const data = (...parts: readonly string[]): string => join(stage.folder, "data", ...parts);

async function runOnce(config: DoctorOptions["config"], count = 5): Promise<void> {
  const connector = await stage.start(config);
  for (let n = 1; n <= count; n += 1) await connector.append(journaled(n).event);
  await connector.caughtUp();
  await connector.stop();
}

describe("doctor", () => {
  it("finds nothing wrong before the first start, and leaves nothing behind", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    const before = readdirSync(stage.folder);
    const findings = await look(config);
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ about }) => about)).toEqual(
      expect.arrayContaining([
        "data folder",
        "journal",
        "pseudonym key",
        "context tables",
        "status page",
        "source in",
      ]),
    );
    expect(readdirSync(stage.folder)).toEqual(before);
  });

  it("finds nothing wrong beside a connector that runs", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    const connector = await stage.start(config);
    await connector.append(journaled(1).event);
    await connector.caughtUp();
    const findings = await look(config);
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ what }) => what)).toContainEqual(
      `the connector runs, as process ${process.pid}`,
    );
    expect(readdirSync(data())).not.toContain(`.doctor-${process.pid}`);
  });

  it("does not wait for a sink that hangs, and tells the others' findings", async () => {
    stage.sink("hangs").check = () => new Promise(() => {});
    stage.sink("throws").check = async () => {
      throw new Error("a defect");
    };
    stage.sink("well").check = async () => [{ status: "ok", what: "it answers" }];
    const config = stage.config(["name: in"], ["name: hangs", "name: throws", "name: well"]);
    const options = { config, world: stage.world, timeoutMs: 100, sendTest: false, waitMs: 0 };
    const { findings, overdue } = await examine(options);
    expect(overdue).toBe(true);
    expect(troubles(findings)).toEqual([
      "failed sink hangs: it did not answer within 1 s",
      "failed sink throws: a defect",
    ]);
    expect(findings).toContainEqual({ about: "sink well", status: "ok", what: "it answers" });
  });

  it("tells sinks and sources that cannot be opened", async () => {
    const config = stage.config(["name: in, from: missing"], ["name: out, to: missing"]);
    expect(troubles(await look(config))).toEqual([
      "failed source in: the client is not installed",
      "failed sink out: it cannot be opened: the client is not installed",
    ]);
  });

  it("tells a key that is missing, bad, or readable for all", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    const key = join(stage.folder, "key");
    chmodSync(key, 0o644);
    expect(troubles(await look(config))).toEqual([
      expect.stringMatching(/^warning pseudonym key: .*chmod 600/),
    ]);
    const secret = "not a key at all, and secret";
    writeFileSync(key, secret, { mode: 0o600 });
    chmodSync(key, 0o600);
    const bad = await look(config);
    expect(troubles(bad)).toEqual([expect.stringMatching(/^failed pseudonym key/)]);
    expect(JSON.stringify(bad)).not.toContain(secret);
  });

  it("tells tables that are wrong or stale", async () => {
    const file = join(stage.folder, "calendar.yaml");
    const settings = "context: {calendar: calendar.yaml}\n";
    writeFileSync(file, "departments: 7\n");
    const config = stage.config(["name: in"], ["name: out"], settings);
    expect(troubles(await look(config))).toContainEqual(
      expect.stringMatching(/^failed context tables: .*calendar\.yaml:1/),
    );
    const shipped = join(import.meta.dirname, "..", "..", "context", "calendar.yaml");
    writeFileSync(file, readFileSync(shipped, "utf8"));
    expect(troubles(await look(config))).toEqual([]);
    const inTwoYears = Date.now() + 730 * 86_400_000;
    const clock = { ...stage.world.clock, now: () => inTwoYears };
    expect(troubles(await look(config, { world: { ...stage.world, clock } }))).toEqual([
      expect.stringMatching(/^warning context tables: calendar: .*written 7(29|30) days ago/),
    ]);
  });

  it("tells a journal whose end was changed, cut or replaced", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    await runOnce(config);
    expect(troubles(await look(config))).toEqual([]);
    const segment = data("journal", "00000000000000000000.journal");
    const whole = readFileSync(segment, "utf8");
    writeFileSync(segment, whole.replace("search_issues", "search_others"));
    expect(troubles(await look(config))).toContainEqual(
      expect.stringMatching(/^failed journal: Record 1 was changed/),
    );
    const lines = whole.trimEnd().split("\n");
    writeFileSync(segment, `${lines.slice(0, 3).join("\n")}\n`);
    const cut = troubles(await look(config));
    expect(cut).toContainEqual(
      "failed journal: the journal ends at record 2, and record 5 was there",
    );
    expect(cut).toContainEqual(expect.stringContaining('the cursor of "out" stands at record 5'));
  });

  it("tells cursors of nobody, dead letters, and a damaged cursor", async () => {
    stage.sink("out").answer = (batch) =>
      batch.map(() => ({ kind: "quarantine", reason: "the mapping does not fit" }));
    await runOnce(stage.config(["name: in"], ["name: out", "name: old"]), 2);
    appendFileSync(data("journal", "cursors", "out.json"), "x");
    expect(troubles(await look(stage.config(["name: in"], ["name: out"])))).toEqual([
      'warning journal: the cursor of "old" belongs to no sink of the configuration',
      'warning journal: the cursor of "out" is damaged',
      "warning sink out: 2 dead letters; the last: the mapping does not fit",
    ]);
  });

  it("tells a folder that others may look into", async () => {
    mkdirSync(data());
    chmodSync(data(), 0o755);
    expect(troubles(await look(stage.config(["name: in"], ["name: out"])))).toEqual([
      expect.stringMatching(/^warning data folder: everybody on this machine/),
    ]);
  });

  it("tells when the disk is almost full", async () => {
    const config = stage.config(["name: in"], ["name: out"], "journal: {disk_free_min: 1024GiB}\n");
    expect(troubles(await look(config))).toEqual([
      expect.stringMatching(/^failed data folder: only/),
    ]);
  });
});

describe("doctor and the status page", () => {
  async function taken(): Promise<{ port: number; close: () => void }> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  }

  const withServer = (port: number): DoctorOptions["config"] => {
    const config = stage.config(["name: in"], ["name: out"]);
    const listen = { host: "127.0.0.1", port };
    return { ...config, server: { ...config.server, enabled: true, listen } };
  };

  it("tells an address that another process has", async () => {
    const { port, close } = await taken();
    expect(troubles(await look(withServer(port)))).toEqual([
      expect.stringMatching(/^failed status page: 127\.0\.0\.1:[0-9]+ cannot be had/),
    ]);
    close();
  });

  it("asks the connector that runs, and tells what it says of its sinks", async () => {
    stage.sink("out").answer = (batch) =>
      batch.map(() => ({ kind: "hold", reason: "403", instruction: "Renew the token." }));
    const config = stage.config(["name: in"], ["name: out"]);
    const connector = await stage.start(config);
    await connector.append(journaled(1).event);
    while (connector.status().sinks[0]?.state !== "held")
      await new Promise((resolve) => setTimeout(resolve, 5));
    const { world } = stage;
    const access = new Access({ now: world.clock.now, random: world.random });
    const page = await startPages({ config: withServer(0), connector, world, access, root: "." });
    const port = Number(new URL(page.url).port);
    const findings = await look(withServer(port));
    expect(findings).toContainEqual({
      about: "status page",
      status: "failed",
      what: "sink out is held, 1 records wait: 403",
      instruction: "Renew the token.",
    });
    await page.close();
    expect(troubles(await look(withServer(port)))).toEqual([
      expect.stringMatching(/^failed status page: it does not answer at/),
    ]);
  });
});

describe("doctor --send-test", () => {
  const shows = (held: () => readonly string[]): Inventory => ({
    countByMinute: async () => [],
    eventIds: async function* ids() {
      yield* held();
    },
  });

  const send = (config: DoctorOptions["config"], waitMs = 1000) =>
    look(config, { sendTest: true, waitMs });

  const about = (findings: readonly DoctorFinding[]): readonly string[] =>
    findings.filter((one) => one.about === "sink out").map(({ what }) => what);

  it("sends an event that says what it is, and finds it again", async () => {
    const out = stage.sink("out");
    const seen: string[] = [];
    out.answer = (batch) => {
      seen.push(...batch.map(({ body }) => body));
      return batch.map(() => ({ kind: "delivered" }));
    };
    let asked = 0;
    out.inventory = shows(() => {
      asked += 1;
      return asked < 3 ? [] : out.held;
    });
    const findings = await send(stage.config(["name: in"], ["name: out"], "deployment: test\n"));
    expect(troubles(findings)).toEqual([]);
    expect(about(findings)).toEqual([
      expect.stringMatching(/^a test event was taken in [0-9]+ ms$/),
      expect.stringMatching(/^the test event was found again after [0-9.]+ s$/),
    ]);
    expect(seen.map((body) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({
        event_type: "session_start",
        department: "claude-siem-test",
        deployment: "test",
        labels: { claude_siem_test: "true" },
      }),
    ]);
  });

  it("says when it was taken and is not found", async () => {
    stage.sink("out").inventory = shows(() => ["another"]);
    const findings = await send(stage.config(["name: in"], ["name: out"]), 50);
    expect(troubles(findings)).toEqual([
      expect.stringMatching(
        /^warning sink out: the test event 7e57e4e7-.* was taken and not found/,
      ),
    ]);
  });

  it.each([
    [{ kind: "hold", reason: "403", instruction: "Renew the token." }, "Renew the token."],
    [{ kind: "retry", reason: "503" }, "Mend what"],
    [{ kind: "quarantine", reason: "no such field" }, "Mend what"],
    [{ kind: "delivered", setAside: "failure store" }, "failure store"],
  ] as const)("says what became of it: %j", async (outcome, instruction) => {
    stage.sink("out").answer = () => [outcome];
    const findings = await send(stage.config(["name: in"], ["name: out"]));
    const [trouble] = findings.filter((one) => one.about === "sink out" && one.status !== "ok");
    expect(trouble?.instruction).toContain(instruction);
  });

  it("sends nothing that the sink's filter leaves out", async () => {
    const config = stage.config(["name: in"], ["name: out, where: 'severity = critical'"]);
    expect(about(await send(config))).toEqual(["no test event was sent: `where` leaves it out"]);
    expect(stage.sink("out").held).toEqual([]);
  });
});

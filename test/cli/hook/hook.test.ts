/** The command as Claude Code runs it, and the way of what it writes through a connector. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SPOOL_PATTERN } from "../../../src/cli/hook/spool.ts";
import { createConnector } from "../../../src/connector/create-connector.ts";
import { readJournal } from "../../../src/journal/read.ts";

const main = resolve("src/cli/main.ts");
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let spool: string;
let settings: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-hook-"));
  spool = join(folder, "spool");
  settings = join(folder, "settings.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], input = "", env = {}): Ended {
  const options = { input, encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { status, stdout, stderr };
}

function claudeSiem(args: readonly string[], input = "", env = {}): Ended {
  return run(process.execPath, [main, ...args], input, env);
}

const result = {
  session_id: "s-1",
  permission_mode: "default",
  hook_event_name: "PostToolUse",
  tool_name: "mcp__github__search",
  tool_input: { query: "a secret" },
  tool_response: "a secret",
  tool_use_id: "toolu_1",
};

function spooled(): readonly string[] {
  if (!existsSync(spool)) return [];
  return readdirSync(spool)
    .filter((name) => name.endsWith(".ndjson"))
    .flatMap((name) => readFileSync(join(spool, name), "utf8").trimEnd().split("\n"));
}

function problems(): string {
  const [name = ""] = readdirSync(spool).filter((one) => one.startsWith("hook-problems-"));
  return readFileSync(join(spool, name), "utf8");
}

describe("claude-siem hook", () => {
  it("appends an event, prints nothing and ends with 0", () => {
    const args = ["hook", "--spool", spool, "--user", "ann", "--classification", "internal"];
    const env = { OTEL_RESOURCE_ATTRIBUTES: "department=legal,cost_center=cc1" };
    const ended = claudeSiem(args, JSON.stringify(result), env);
    expect(ended).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(spooled().map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        activity_type: "mcp_query",
        user_id_hash: "ann",
        department: "legal",
        business_unit: "cc1",
        data_classification: "internal",
      },
    ]);
    const [file = ""] = readdirSync(spool);
    expect(statSync(join(spool, file)).mode & 0o007).toBe(0);
  });

  it.each([
    ["no JSON", "a secret {", /the input is not JSON/],
    ["nothing", "", /the input is not JSON/],
    ["no hook", "[]", /names no hook_event_name/],
  ])("never blocks the tool when it is told %s; the problem is noted", (_, input, problem) => {
    const ended = claudeSiem(["hook", "--spool", spool], input);
    expect(ended).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(problems()).toMatch(problem);
    expect(problems()).not.toContain("secret");
    expect(spooled()).toEqual([]);
  });

  it("waits for input that comes in parts, and keeps lines of hooks that run at once apart", async () => {
    const entry = resolve("src/cli/hook/claude-siem-hook.ts");
    const ends = Array.from({ length: 8 }, async (_, index) => {
      const child = spawn(process.execPath, [entry, "--spool", spool]);
      const text = JSON.stringify({
        ...result,
        tool_use_id: `toolu_${index}`,
        tool_response: "é".repeat(200_000),
      });
      child.stdin.write(text.slice(0, 100_000));
      await new Promise((ready) => setTimeout(ready, 50));
      child.stdin.end(text.slice(100_000));
      const [code] = (await once(child, "exit")) as [number];
      return code;
    });
    expect(await Promise.all(ends)).toEqual(Array.from({ length: 8 }, () => 0));
    const calls = spooled().map((line) => {
      const { labels } = JSON.parse(line) as { readonly labels: Readonly<Record<string, string>> };
      return labels["tool_use_id"];
    });
    expect(calls.toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => `toolu_${index}`));
  });

  it("writes no address, whoever names one", () => {
    claudeSiem(["hook", "--spool", spool, "--user", "ann@example.com"], JSON.stringify(result));
    expect(spooled()).toHaveLength(1);
    expect(spooled()[0]).not.toContain("@");
    expect(problems()).toMatch(/--user is an e-mail address/);
  });

  it("never blocks the tool when it cannot write at all", () => {
    writeFileSync(spool, "a file where the folder should be");
    const ended = claudeSiem(["hook", "--spool", spool], JSON.stringify(result));
    expect(ended).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

describe("claude-siem hook install", () => {
  it("shows what changes, keeps what is there, and changes nothing the second time", () => {
    const before = `${JSON.stringify({ model: "opus", hooks: { Stop: [{ hooks: [] }] } }, null, 4)}\n`;
    writeFileSync(settings, before, { mode: 0o640 });
    const args = ["hook", "install", "--settings", settings, "--spool", spool];
    const dry = claudeSiem([...args, "--dry-run"]);
    expect(dry.stdout).toMatch(/^\+ .*claude-siem-hook\.ts/m);
    expect(readFileSync(settings, "utf8")).toBe(before);
    const first = claudeSiem(args);
    expect(first.status).toBe(0);
    expect(first.stdout).toBe(dry.stdout);
    expect(first.stdout).not.toMatch(/^- .*model/m);
    expect(first.stderr).toContain(JSON.stringify(join(spool, SPOOL_PATTERN)));
    const after = readFileSync(settings, "utf8");
    expect(JSON.parse(after)).toMatchObject({ model: "opus", hooks: { Stop: [{ hooks: [] }] } });
    expect(statSync(settings).mode & 0o777).toBe(0o640);
    const second = claudeSiem(args);
    expect(second).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(settings, "utf8")).toBe(after);
    claudeSiem(["hook", "uninstall", "--settings", settings]);
    expect(readFileSync(settings, "utf8")).toBe(before);
  });

  it("writes through a link, into a file that was not there, or in the project", () => {
    const real = join(folder, "dotfiles.json");
    writeFileSync(real, "{}");
    symlinkSync(real, settings);
    claudeSiem(["hook", "install", "--settings", settings, "--event", "SessionEnd"]);
    expect(readFileSync(real, "utf8")).toContain("SessionEnd");
    mkdirSync(join(folder, "project"));
    const scoped = spawnSync(process.execPath, [main, "hook", "install", "--scope", "local"], {
      cwd: join(folder, "project"),
    });
    expect(scoped.status).toBe(0);
    const local = join(folder, "project", ".claude", "settings.local.json");
    expect(readFileSync(local, "utf8")).toContain("PostToolUse");
  });

  it.each([
    ["settings that are not JSON", '{\n  "model": "opus",\n}', [], /U931/, /:3:1/],
    ["settings of another shape", '{"hooks": []}', [], /U932/, /"hooks"/],
    ["an address as user", "{}", ["--user", "ann@example.com"], /U933/, /--user/],
  ])("refuses %s and leaves the file alone", (_, text, more, code, place) => {
    writeFileSync(settings, text);
    const ended = claudeSiem(["hook", "install", "--settings", settings, ...more]);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(code);
    expect(ended.stderr).toMatch(place);
    expect(readFileSync(settings, "utf8")).toBe(text);
    expect(readdirSync(folder)).toEqual(["settings.json"]);
  });

  it("knows no other action", () => {
    expect(claudeSiem(["hook", "instal"]).stderr).toMatch(/U934[\s\S]*"?install/);
  });
});

describe("what hooks write", () => {
  it("is journaled by a connector, each call once, with a pseudonym", async () => {
    const more = ["--user", "ann", "--department", "R & D's"];
    claudeSiem(["hook", "install", "--settings", settings, "--spool", spool, ...more]);
    const { hooks } = JSON.parse(readFileSync(settings, "utf8")) as {
      readonly hooks: Readonly<Record<string, { hooks: { command: string }[] }[]>>;
    };
    const told = [
      { ...result, hook_event_name: "PermissionRequest", tool_use_id: undefined },
      result,
      { ...result, hook_event_name: "SessionEnd" },
    ];
    for (const input of told) {
      // As Claude Code runs it: by a shell.
      const command = hooks[input.hook_event_name]?.[0]?.hooks[0]?.command ?? "";
      expect(run("sh", ["-c", command], JSON.stringify(input))).toMatchObject({ status: 0 });
    }
    writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
    const connector = await createConnector(
      {
        version: 1,
        data_dir: join(folder, "data"),
        pseudonym: { key: { file: join(folder, "key") } },
        sources: [
          {
            name: "hooks",
            kind: "file",
            paths: [join(spool, SPOOL_PATTERN)],
            poll_interval: "20ms",
          },
        ],
        sinks: [{ name: "archive", kind: "file", folder: join(folder, "archive") }],
      },
      { log: quiet },
    );
    await expect.poll(() => connector.status().sources[0]?.accepted, { timeout: 5000 }).toBe(3);
    const { pseudonymiser } = connector;
    const status = connector.status().sources[0];
    await connector.stop();
    const events: unknown[] = [];
    for await (const { kind, body } of readJournal(join(folder, "data", "journal")))
      if (kind === "event") events.push(JSON.parse(body));
    const who = { user_id_hash: pseudonymiser.userIdHash("ann"), department: "R & D's" };
    expect(events).toMatchObject([
      { ...who, policy_event_type: "approval_requested", permission: "github/search" },
      { ...who, activity_type: "mcp_query", mcp_server: "github", mcp_tool: "search" },
      { ...who, event_type: "session_end", session_id: "s-1" },
    ]);
    expect(status).toMatchObject({ rejected: 0 });
  });
});

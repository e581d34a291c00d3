import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ConnectorConfig, parseConnectorConfig } from "../../src/connector/config.ts";
import { kinds } from "../../src/connector/registry.ts";
import { whereExamples } from "../../src/connector/where.ts";
import { compareDiagnostics, type Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { opened, testKinds } from "./kinds.ts";

const FILE = "/etc/claude-siem/claude-siem.yaml";
const HEAD = "version: 1\npseudonym: {key: {env: KEY}}\n";
const SOURCES = "sources:\n  - {name: input, kind: stdin}\n";
const SINKS = "sinks:\n  - {name: archive, kind: file, path: archive.ndjson}\n";

function parse(text: string, file = FILE): ConnectorConfig {
  const parsed = parseConnectorConfig(text, file, testKinds);
  expect(parsed.diagnostics).toEqual([]);
  if (!parsed.ok) throw new Error("a failure without a diagnostic");
  return parsed.value;
}

function problems(text: string): readonly Diagnostic[] {
  const parsed = parseConnectorConfig(text, FILE, testKinds);
  expect(parsed.ok).toBe(false);
  return parsed.diagnostics;
}

/** Each problem as its code and the text that it points to, in file order. */
function places(text: string): readonly string[] {
  const lines = text.split("\n");
  return [...problems(text)].sort(compareDiagnostics).map(({ span, code }) => {
    const start = span.column - 1;
    return `${code} ${lines[span.line - 1]?.slice(start, start + span.length)}`;
  });
}

describe("a configuration with the least", () => {
  it("has every default", () => {
    const { sources, sinks, ...rest } = parse(HEAD + SOURCES + SINKS);
    expect(rest).toEqual({
      version: 1,
      file: FILE,
      deployment: undefined,
      data_dir: "/etc/claude-siem/data",
      strict: false,
      pseudonym: { key: { from: "env", name: "KEY" }, mode: "hmac-sha256" },
      content_logging: { enabled: false },
      context: {
        clearances: undefined,
        scim: undefined,
        calendar: undefined,
        prices: undefined,
        classification: undefined,
        reload_every: 60_000,
      },
      sessions: { kinds: ["otlp"], idle_timeout: 1_800_000, late: 120_000, open_max: 20_000 },
      rollup: { enabled: false, late: 3_600_000, quiet: 300_000, users_max: 100_000 },
      mcp_volume: {
        ...{ enabled: false, limit: 50, window: 600_000, quiet_for: 3_600_000 },
        sessions_max: 20_000,
      },
      journal: { segment_size: 64 * 2 ** 20, keep_for: 90 * 86_400_000, disk_free_min: 2 ** 29 },
      server: {
        enabled: true,
        listen: { host: "127.0.0.1", port: 9464 },
        allow_remote: false,
        token: undefined,
        open_metrics: false,
      },
      log: { level: "info", format: "auto" },
    });
    expect(sources).toMatchObject([{ name: "input", kind: "stdin" }]);
    expect(sinks).toMatchObject([
      {
        name: "archive",
        kind: "file",
        where: undefined,
        delivery: {
          batch_age: 1000,
          concurrency: 4,
          buffer_size: 8 * 2 ** 20,
          priority: true,
        },
      },
    ]);
  });

  it("opens a sink with what was configured", async () => {
    const { sinks } = parse(
      `${HEAD}${SOURCES}sinks:\n  - {name: a, kind: file, path: /var/a, rotate_size: 3KiB}\n`,
    );
    const tools = {
      name: "a",
      now: () => 0,
      random: (bytes: number) => new Uint8Array(bytes),
      readSecret: () => "",
      folder: "",
      warn: () => undefined,
    };
    expect((await sinks[0]?.open(tools))?.name).toBe("a");
    expect(opened.at(-1)).toEqual({ path: "/var/a", rotate_size: 3072 });
  });
});

describe("paths", () => {
  it("count from the folder of the file, those of secrets too", () => {
    const text = `version: 1
data_dir: ../state
pseudonym: {key: {file: secret/key}}
context: {clearances: /srv/clearances.csv, calendar: calendar.yaml}
${SOURCES}${SINKS}`;
    const config = parse(text, "site/claude-siem.yaml");
    expect(config.data_dir).toBe("state");
    expect(config.pseudonym.key).toEqual({ from: "file", path: "site/secret/key" });
    expect(config.context.clearances).toBe("/srv/clearances.csv");
    expect(config.context.calendar).toBe("site/calendar.yaml");
  });
});

describe("where", () => {
  it("is an expression of the language of rules", () => {
    const { sinks } = parse(
      `${HEAD}${SOURCES}sinks:\n  - name: a\n    kind: file\n    path: a\n    where: severity in (high, critical)\n`,
    );
    expect(sinks[0]?.where?.text).toBe("severity in (high, critical)");
    expect(sinks[0]?.where?.predicate).toMatchObject({
      kind: "in",
      field: "severity",
      values: ["high", "critical"],
    });
  });

  it.each(whereExamples)("takes %s", (text) => {
    const sink = `  - {name: a, kind: file, path: a, where: ${JSON.stringify(text)}}\n`;
    expect(parse(`${HEAD}${SOURCES}sinks:\n${sink}`).sinks[0]?.where?.text).toBe(text);
  });

  it("is judged at its place", () => {
    const found = places(
      `${HEAD}${SOURCES}sinks:\n  - name: a\n    kind: file\n    path: a\n    where: severty = high or severity = huge\n`,
    );
    expect(found).toEqual(["R302 severty", "R303 huge"]);
  });
});

describe("problems", () => {
  const fixtures = readdirSync("test/fixtures/diagnostic").filter((name) =>
    /^F9.*yaml$/.test(name),
  );

  it.each(fixtures)("of %s are the one it is there for", (name) => {
    const text = readFileSync(`test/fixtures/diagnostic/${name}`, "utf8");
    const parsed = parseConnectorConfig(text, FILE, kinds);
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual([name.slice(0, 4)]);
  });

  it("are all told at once, each at its place", () => {
    const text = `version: 1
deploymnt: production
pseudonym: {key: {env: KEY}, mode: md5}
strict: maybe
sources:
  - {name: input, kind: stdin, path: x}
  - {kind: http, name: Web}
sinks:
  - name: splunk
    kind: splunk
    urls: [http://splunk.example]
    token: {env: T}
    delivery: {concurrency: 0, batch_age: soon}
  - text
log: {level: loud}
`;
    expect(places(text)).toEqual([
      "Y106 deploymnt",
      "Y107 md5",
      "Y104 maybe",
      "Y106 path",
      "F909 Web",
      "F903 [http://splunk.example]",
      "Y108 0",
      "Y104 soon",
      "Y104 text",
      "Y107 loud",
    ]);
  });

  it("of a literal secret never repeat it", () => {
    const text = `${HEAD}${SOURCES}sinks:\n  - {name: s, kind: splunk, urls: ["https://s.example"], token: 0b1c2d3e-secret}\n`;
    expect(JSON.stringify(problems(text))).not.toContain("0b1c2d3e");
    expect(places(text)).toEqual(["F901 0b1c2d3e-secret"]);
  });

  it("of settings that do not go together wait until each is right", () => {
    const http = (rest: string) => `${HEAD}sources:\n  - {name: web, kind: http${rest}}\n${SINKS}`;
    expect(places(http(', listen: "0.0.0.0:80"'))).toEqual(['F908 "0.0.0.0:80"']);
    expect(places(http(', listen: "0.0.0.0:80", connections: 0'))).toEqual(["Y108 0"]);
    parse(http(', listen: "0.0.0.0:80", token: {env: T}'));
  });

  it("of an address name the flag that allows it", () => {
    const server = (text: string) => `${HEAD}server: {${text}}\n${SOURCES}${SINKS}`;
    expect(places(server("listen: 0.0.0.0:9464"))).toEqual(["F911 0.0.0.0:9464"]);
    expect(places(server("listen: localhost"))).toEqual(["F911 localhost"]);
    expect(places(server("listen: 127.0.0.1:70000"))).toEqual(["F911 127.0.0.1:70000"]);
    expect(parse(server("listen: '[::1]:0'")).server.listen).toEqual({ host: "::1", port: 0 });
    const bare = server("listen: 0.0.0.0:9464, allow_remote: true");
    expect(places(bare)).toEqual(["F908 true"]);
    expect(places(server("allow_remote: true"))).toEqual(["F908 true"]);
    const open = parse(server("listen: 0.0.0.0:9464, allow_remote: true, token: {env: T}"));
    expect(open.server.listen).toEqual({ host: "0.0.0.0", port: 9464 });
  });

  it("of a file that is no configuration", () => {
    expect(places("- 1\n")).toEqual(["Y104 - 1"]);
    expect(problems("").map(({ code }) => code)).toEqual(["Y105", "Y105", "F910", "F910"]);
    expect(places("version: [\n")).toHaveLength(1);
  });
});

describe("a fingerprint", () => {
  const of = (rest: string) =>
    parse(`${HEAD}${SOURCES}sinks:\n  - {name: a, kind: file, path: a${rest}}\n`).sinks[0]
      ?.fingerprint;

  it("changes with any setting and with nothing else", () => {
    expect(of("")).toBe(of("  "));
    expect(of("")).not.toBe(of(", rotate_size: 1KiB"));
    expect(of("")).not.toBe(of(", delivery: {concurrency: 2}"));
  });
});

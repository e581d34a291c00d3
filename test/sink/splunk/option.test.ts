import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../src/config/option.ts";
import { schemaOf } from "../../../src/config/section.ts";
import type { Diagnostic } from "../../../src/diagnostic/diagnostic.ts";
import { isIndexName } from "../../../src/sink/splunk/envelope.ts";
import { splunkKind } from "../../../src/sink/splunk/kind.ts";
import { parseYaml } from "../../../src/yaml/parse.ts";
import { MapReader } from "../../../src/yaml/reader.ts";

const MINIMAL = "urls: [https://splunk.example.com:8088]\ntoken: {env: HEC}\n";

function read(text: string) {
  const parsed = parseYaml(text, "claude-siem.yaml");
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  if (!parsed.ok) throw new Error("not YAML");
  const reader = MapReader.of(parsed.value, "sink", diagnostics);
  if (reader === undefined) throw new Error("no map");
  const options = readOptions(splunkKind.options, reader, diagnostics);
  reader.done();
  return { options, codes: diagnostics.map(({ code }) => code) };
}

describe("settings of a splunk sink", () => {
  it("need a URL and a token, and are safe without more", () => {
    const { options, codes } = read(MINIMAL);
    expect(codes).toEqual([]);
    expect(options).toMatchObject({
      normalize: "full",
      transport: "splunk-logging",
      acknowledgement: "off",
      batch_size: 1_000_000,
      allow_plain_http: false,
      search: undefined,
    });
    expect(read("index: main\n").codes).toHaveLength(2);
  });

  it("hold search access of its own", () => {
    const { options, codes } = read(
      `${MINIMAL}search: {url: "https://splunk.example.com:8089", token: {file: /run/secrets/s}}\n`,
    );
    expect(codes).toEqual([]);
    expect(options.search).toMatchObject({ token: { from: "file", path: "/run/secrets/s" } });
  });

  it.each([
    ["plain http", MINIMAL.replace("https", "http")],
    ["a token in the file", MINIMAL.replace("{env: HEC}", "abc")],
    ["an index with a blank", `${MINIMAL}index: main extra\n`],
    ["an index with a pipe", `${MINIMAL}index: "main|delete"\n`],
    ["an internal index", `${MINIMAL}index: _audit\n`],
    ["an index with capitals", `${MINIMAL}index: Main\n`],
    ["search without its token", `${MINIMAL}search: {url: "https://splunk.example.com:8089"}\n`],
    ["search over plain http", `${MINIMAL}search: {url: "http://splunk:8089", token: {env: S}}\n`],
    [
      "an unknown key in search",
      `${MINIMAL}search: {url: "https://s:8089", token: {env: S}, a: 1}\n`,
    ],
    ["an acknowledgement that is neither", `${MINIMAL}acknowledgement: maybe\n`],
    ["a batch too small for an event", `${MINIMAL}batch_size: 1KiB\n`],
    ["an unknown key", `${MINIMAL}verify_tls: false\n`],
  ])("refuse %s", (_, text) => {
    expect(read(text).codes.length).toBeGreaterThan(0);
  });

  it("have a schema that agrees", () => {
    const validate = new Ajv2020({ strict: false }).compile(schemaOf(splunkKind.options));
    const valid = { urls: ["https://splunk.example.com:8088"], token: { env: "HEC" } };
    expect(validate(valid)).toBe(true);
    expect(validate({ ...valid, index: "claude_audit", acknowledgement: "required" })).toBe(true);
    expect(validate({ ...valid, index: "main|delete" })).toBe(false);
    expect(validate({ ...valid, search: { url: "https://s:8089" } })).toBe(false);
    expect(validate({ token: { env: "HEC" } })).toBe(false);
  });

  it.each(["main", "claude_audit", "claude-audit", "0", "a".repeat(80)])(
    "know the index %s",
    (name) => expect(isIndexName(name)).toBe(true),
  );

  it.each(["", "_internal", "-a", "a b", "A", "a*", "a\n", "ä", "kvstore", "a".repeat(81)])(
    "know no index %j",
    (name) => expect(isIndexName(name)).toBe(false),
  );
});

/** Settings: what is needed, what is refused, what is safe without being said. */
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../src/config/option.ts";
import type { Diagnostic } from "../../../src/diagnostic/diagnostic.ts";
import { ELASTIC_INDEX } from "../../../src/dialect/elastic/rows.ts";
import { elasticsearchKind } from "../../../src/sink/elasticsearch/kind.ts";
import {
  type ElasticsearchOptions,
  elasticsearchConflicts,
} from "../../../src/sink/elasticsearch/option.ts";
import { streamsOf } from "../../../src/sink/elasticsearch/stream.ts";
import { parseYaml } from "../../../src/yaml/parse.ts";
import { MapReader } from "../../../src/yaml/reader.ts";
import { matches } from "../../wire/elasticsearch/state.ts";
import { env, optionsFor } from "./open.ts";

const MINIMAL = "nodes: [https://elastic.example.com:9200]\napi_key: {env: ELASTIC_API_KEY}\n";

function read(text: string) {
  const parsed = parseYaml(text, "claude-siem.yaml");
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  if (!parsed.ok) throw new Error("not YAML");
  const reader = MapReader.of(parsed.value, "sink", diagnostics);
  if (reader === undefined) throw new Error("no map");
  const options = readOptions(elasticsearchKind.options, reader, diagnostics);
  reader.done();
  return { options, codes: diagnostics.map(({ code }) => code) };
}

describe("settings of an elasticsearch sink", () => {
  it("need nodes and a key, and are safe without more", () => {
    const { options, codes } = read(MINIMAL);
    expect(codes).toEqual([]);
    expect(elasticsearchConflicts(options)).toEqual([]);
    expect(options).toMatchObject({
      namespace: "default",
      batch_size: 5_242_880,
      batch_records: 5000,
      timeout: 60_000,
      retention_days: 0,
      allow_plain_http: false,
      setup_api_key: undefined,
      reader_api_key: undefined,
    });
  });

  it.each([
    ["plain http", MINIMAL.replace("https", "http"), "F903"],
    ["a key in the file", MINIMAL.replace("{env: ELASTIC_API_KEY}", "abc"), "F901"],
    ["no nodes", MINIMAL.replace(/\[.*\]/, "[]"), "F903"],
    ["an unknown key", `${MINIMAL}index: logs\n`, "Y106"],
    ["a time-out of zero", `${MINIMAL}timeout: 0s\n`, "F904"],
    ["a negative retention", `${MINIMAL}retention_days: -1\n`, "Y108"],
    ["a batch larger than Elasticsearch takes", `${MINIMAL}batch_size: 1GiB\n`, "F907"],
  ])("refuse %s", (_, text, code) => {
    expect(read(text).codes).toEqual([code]);
  });

  it.each([
    ["namespace", { namespace: "Prod" }],
    ["namespace", { namespace: "a-b" }],
    ["namespace", { namespace: "../x" }],
    ["namespace", { namespace: "*" }],
    ["namespace", { namespace: "a,logs" }],
    ["namespace", { namespace: "x".repeat(101) }],
    ["nodes", { api_key: undefined }],
    ["api_key", { username: env("U"), password: env("P") }],
    ["username", { username: env("U") }],
    ["password", { password: env("P"), api_key: undefined }],
    ["nodes", { nodes: [new URL("https://x/?token=abc")] }],
    ["nodes", { nodes: [new URL("https://x"), new URL("https://x/")] }],
  ] satisfies readonly (readonly [string, Partial<ElasticsearchOptions>])[])(
    "%s does not go with %o",
    (key, changes) => {
      const conflicts = elasticsearchConflicts(optionsFor("https://siem.example", changes));
      expect(conflicts.map((one) => one.key)).toEqual([key]);
    },
  );

  it("give streams that the pack's rules and templates are about", () => {
    for (const stream of streamsOf("prod.eu_1")) expect(matches(ELASTIC_INDEX, stream)).toBe(true);
  });
});

import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse as parseAnyYaml } from "yaml";
import { parseConnectorConfig } from "../../src/connector/config.ts";
import { configSchema } from "../../src/connector/config-schema.ts";
import { testKinds } from "./kinds.ts";

const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(
  configSchema(testKinds),
);

/** What the schema and the parser say of the same text. */
function verdicts(text: string): { readonly schema: boolean; readonly parser: boolean } {
  return {
    schema: validate(parseAnyYaml(text)),
    parser: parseConnectorConfig(text, "claude-siem.yaml", testKinds).ok,
  };
}

function hasNull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === null;
  return Object.values(value).some(hasNull);
}

const WHOLE = `version: 1
deployment: production
data_dir: /var/lib/claude-siem
strict: true
pseudonym: {key: {file: pseudonym.key}, mode: plain-sha256}
content_logging:
  enabled: true
  legal_basis: contract
  employee_notice: HR-1
  retention: 30d
  reader_roles: [soc-lead]
context: {clearances: clearances.csv, calendar: calendar.yaml, prices: prices.yaml, reload_every: 0s}
journal: {segment_size: 16MiB, keep_for: 0s, disk_free_min: 0B}
sources:
  - {name: input, kind: stdin}
  - {name: web, kind: http, listen: "0.0.0.0:80", token: {env: T}, methods: [PUT], gzip: false}
sinks:
  - name: splunk
    kind: splunk
    where: severity = high
    urls: ["https://splunk.example:8088"]
    token: {env: HEC_TOKEN}
    index: claude
    transport: direct
    timeout: 5s
    delivery:
      batch_age: 0ms
      concurrency: 64
      backoff: 1s
      backoff_max: 1s
      hold_probe: 1m
      buffer_size: 64MiB
      attempts_alone: 1
      priority: false
  - {name: archive, kind: file, path: archive.ndjson, rotate_size: 1GiB}
server: {enabled: false, listen: "[::1]:9464", allow_remote: false}
log: {level: debug, format: json}
`;

describe("the schema", () => {
  it("takes a file with every key", () => {
    expect(validate(parseAnyYaml(WHOLE)), JSON.stringify(validate.errors)).toBe(true);
    expect(verdicts(WHOLE)).toEqual({ schema: true, parser: true });
  });

  it.each([
    ["another version", "version: 1", "version: 2"],
    ["a name that no event could carry", "production", "p".repeat(257)],
    ["an unknown key", "strict: true", "strikt: true"],
    ["a wrong type", "strict: true", "strict: sometimes"],
    ["a required key that is missing", "key: {file: pseudonym.key}, ", ""],
    ["a literal secret", "key: {file: pseudonym.key}", "key: 0123456789"],
    ["a secret in two places", "{env: HEC_TOKEN}", "{env: HEC_TOKEN, file: token}"],
    ["an unknown choice", "plain-sha256", "md5"],
    ["content without a legal basis", "  legal_basis: contract\n", ""],
    ["an unknown legal basis", "contract", "curiosity"],
    ["a duration without a unit", "retention: 30d", "retention: 30"],
    ["a size in units of a thousand", "segment_size: 16MiB", "segment_size: 16MB"],
    ["a number out of bounds", "concurrency: 64", "concurrency: 65"],
    ["an unknown kind", "kind: splunk", "kind: splnk"],
    ["a key of another kind", "path: archive.ndjson", "path: archive.ndjson, index: x"],
    ["a required key of a kind", "path: archive.ndjson, ", ""],
    ["a name with a blank", "name: archive", "name: my archive"],
    ["a name that climbs", "name: archive", "name: ../archive"],
    ["an empty list of URLs", '["https://splunk.example:8088"]', "[]"],
    ["a URL of another scheme", "https://splunk.example:8088", "ftp://splunk.example"],
    ["an address without a port", '"[::1]:9464"', '"[::1]"'],
    ["an empty where", "where: severity = high", 'where: ""'],
    ["a source that is no map", "{name: input, kind: stdin}", "stdin"],
  ])("refuses %s, as the parser does", (_, right, wrong) => {
    expect(WHOLE).toContain(right);
    expect(verdicts(WHOLE.replace(right, wrong))).toEqual({ schema: false, parser: false });
  });

  // What a schema cannot say, or only at the price of messages that nobody understands.
  it.each([
    ["a duration out of bounds", "batch_age: 0ms", "batch_age: 999d"],
    ["a size out of bounds", "segment_size: 16MiB", "segment_size: 1B"],
    ["a name that comes twice", "name: archive", "name: splunk"],
    ["a field that does not exist", "severity = high", "severty = high"],
    ["settings that do not go together", "backoff: 1s", "backoff: 2s"],
    ["plain http without asking", "https://splunk", "http://splunk"],
    ["an open address without asking", '"[::1]:9464"', '"0.0.0.0:9464"'],
  ])("leaves %s to the parser", (_, right, wrong) => {
    expect(WHOLE).toContain(right);
    expect(verdicts(WHOLE.replace(right, wrong))).toEqual({ schema: true, parser: false });
  });

  it("takes whatever the parser takes of a changed file", () => {
    const lines = WHOLE.trimEnd().split("\n");
    const values = lines.flatMap((line) => line.match(/(?<=: )[^{}[\],]+/g) ?? []);
    const edit = fc.record({
      line: fc.nat(lines.length - 1),
      value: fc.constantFrom(undefined, "", "0", "true", "[]", "{}", "x", "1s", "~", ...values),
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const changed: (string | undefined)[] = [...lines];
        for (const { line, value } of edits) {
          // Without a value the line goes; with one it takes the place of the line's last value.
          const put = (old: string) => old.replace(/(: )[^{}[\],]+(?=[^:]*$)/, `$1${value}`);
          changed[line] = value === undefined ? undefined : put(changed[line] ?? "");
        }
        const text = `${changed.filter((line) => line !== undefined).join("\n")}\n`;
        const parsed = parseConnectorConfig(text, "claude-siem.yaml", testKinds);
        if (!parsed.ok) expect(parsed.diagnostics.length).toBeGreaterThan(0);
        // A key with nothing after it has its default; only for the schema it is a value.
        if (!parsed.ok || hasNull(parseAnyYaml(text))) return;
        taken += 1;
        expect(validate(parseAnyYaml(text)), JSON.stringify(validate.errors)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it("describes every key with its default", () => {
    const { properties } = configSchema(testKinds) as {
      properties: Record<string, { description?: string }>;
    };
    for (const [key, { description = "" }] of Object.entries(properties))
      expect(description.length, key).toBeGreaterThan(15);
    expect(properties["data_dir"]?.description).toMatch(/Default: data\.$/);
  });
});

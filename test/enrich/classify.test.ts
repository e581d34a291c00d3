import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClassificationCounts } from "../../src/enrich/classify.ts";
import { addCounts } from "../../src/enrich/classify.ts";
import { type ClassificationTable, parseClassification } from "../../src/enrich/classify-table.ts";
import { createEnricher, type Enricher } from "../../src/enrich/enrich.ts";
import type { AuditEvent } from "../../src/event/event.ts";
import { parseEventLine } from "../../src/event/parse.ts";
import type { Provenance } from "../../src/event/reach.ts";

function tableOf(text: string): ClassificationTable {
  const result = parseClassification(text, "c.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function enricherOf(text: string): Enricher {
  return createEnricher({ classification: tableOf(text) });
}

function event(fields: Readonly<Record<string, unknown>> = {}): AuditEvent {
  return {
    event_id: "3f2c1a44-0000-4000-8000-000000000000",
    event_type: "activity_event",
    timestamp: "2026-03-30T06:30:00.000Z",
    ...fields,
  } as AuditEvent;
}

const example = readFileSync("context/classification.yaml", "utf8");

describe("every message about classification rules", () => {
  it.each<[string, number, number]>([
    ["C550", 4, 19],
    ["C551", 4, 11],
    ["C552", 2, 9],
    ["C553", 5, 9],
    ["C554", 1, 1],
  ])("%s stands at %i:%i, alone", (code, line, column) => {
    const text = readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
    const { diagnostics } = parseClassification(text, "c.yaml");
    expect(diagnostics.map((one) => [one.code, one.span.line, one.span.column])).toEqual([
      [code, line, column],
    ]);
  });

  it.each<[string, string, RegExp]>([
    ["an unknown key", "rules: [{id: a, class: public, when: {mcp_sever: x}}]", /mcp_server/],
    ["another key of a rule", "rules: [{id: a, clas: public, when: {path: x}}]", /class/],
    [
      "a class of another company",
      "rules: [{id: a, class: confidential, when: {path: x}}]",
      /one of/,
    ],
    ["unknown as a class", "rules: [{id: a, class: unknown, when: {path: x}}]", /one of/],
    ["a number as a value", "rules: [{id: a, class: public, when: {project: 17}}]", /in quotes/],
    ["no patterns", "rules: [{id: a, class: public, when: {project: []}}]", /1 to 1000/],
    ["a label without a name", "rules: [{id: a, class: public, when: {label: x}}]", /by name/],
    ["the default as an id", "rules: [{id: default, class: public, when: {path: x}}]", /taken/],
    ["a key at the top", "rule: []\nrules: []\ndefault: public", /rules/],
  ])("refuses %s and says what to write", (_what, text, help) => {
    const { ok, diagnostics } = parseClassification(text, "c.yaml");
    expect(ok).toBe(false);
    expect(diagnostics.map((one) => one.help).join(" ")).toMatch(help);
  });

  it("finds nothing wrong with the example", () => {
    expect(parseClassification(example, "c.yaml").diagnostics).toEqual([]);
  });
});

interface Case {
  readonly what: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly provenance?: Provenance;
  readonly expected: readonly [string | undefined, string | undefined];
}

describe("the example table", () => {
  const cases: readonly Case[] = [
    {
      what: "a query to a people system",
      given: { mcp_server: "workday", activity_type: "mcp_query" },
      expected: ["restricted", "people-systems"],
    },
    {
      what: "a session with customer data attached",
      given: { event_type: "session_start", mcp_integrations: ["github", "salesforce"] },
      expected: ["sensitive", "customer-systems"],
    },
    {
      what: "a query to code while customer data is attached",
      given: { mcp_server: "github", mcp_integrations: ["github", "salesforce"] },
      expected: ["internal", "code"],
    },
    {
      what: "a refused login to a people system",
      given: { event_type: "security_event", details: { mcp_server: "greenhouse-eu" } },
      expected: ["restricted", "people-systems"],
    },
    {
      what: "a file that only the source knows",
      given: { activity_type: "tool_use" },
      provenance: { reach: { path: ["C:\\data\\Payroll\\..\\payroll\\june.csv"] } },
      expected: ["restricted", "payroll-files"],
    },
    {
      what: "a key file in capitals",
      given: { labels: { file_path: "/home/ann/ID.PEM" } },
      expected: ["restricted", "keys-and-secrets"],
    },
    {
      what: "two reasons of one class, in the table's order",
      given: { mcp_server: "workday", labels: { path: "/srv/payroll/key.pem" } },
      expected: ["restricted", "payroll-files,keys-and-secrets,people-systems"],
    },
    {
      what: "a project of the activity feed",
      given: { labels: { claude_project_id: "claude_proj_example_board" } },
      expected: ["restricted", "board-project"],
    },
    {
      what: "a workspace",
      given: { labels: { workspace_id: "wrkspc_example_data" } },
      expected: ["sensitive", "data-team-workspace"],
    },
    {
      what: "one of two conditions",
      given: { department: "finance", deployment: "test" },
      expected: [undefined, undefined],
    },
    {
      what: "both conditions, one of them from the connector",
      given: { department: "finance" },
      provenance: { deployment: "production" },
      expected: ["sensitive", "finance-in-production"],
    },
    {
      what: "the event's own deployment before the connector's",
      given: { department: "finance", deployment: "test" },
      provenance: { deployment: "production" },
      expected: [undefined, undefined],
    },
    {
      what: "a mark of a program",
      given: { labels: { handling: "C3" } },
      expected: ["restricted", "handling-marked-c3"],
    },
    {
      what: "a label that every object has",
      given: { labels: { other: "toString" } },
      expected: [undefined, undefined],
    },
  ];

  it.each(cases)("$what", ({ given, provenance, expected }) => {
    const frozen = Object.freeze(event(given));
    const stamped = enricherOf(example).enrich(frozen, provenance);
    expect([stamped.data_classification, stamped.labels?.["classification_rules"]]).toEqual(
      expected,
    );
    expect(stamped.labels?.["classification_stated"]).toBeUndefined();
  });
});

const ONE_EACH = `
rules:
  - {id: low, class: public, when: {label: {mark: "*"}}}
  - {id: mid, class: internal, when: {label: {mark: "*m*"}}}
  - {id: high, class: sensitive, when: {label: {mark: "*h*"}}}
`;

describe("rules and the producer's own statement", () => {
  const stamp = (stated: string | undefined, mark: string): AuditEvent =>
    enricherOf(ONE_EACH).enrich(
      event({ ...(stated && { data_classification: stated }), labels: { mark } }),
    );

  it("raises a lower statement, says which rule and keeps what was stated", () => {
    expect(stamp("internal", "h")).toMatchObject({
      data_classification: "sensitive",
      labels: { mark: "h", classification_rules: "high", classification_stated: "internal" },
    });
  });

  it("names rules that say the same", () => {
    const { data_classification, labels } = stamp("sensitive", "h");
    expect(data_classification).toBe("sensitive");
    expect(labels).toEqual({ mark: "h", classification_rules: "high" });
  });

  it("never lowers a statement, and counts that a rule would have", () => {
    const enricher = enricherOf(ONE_EACH);
    const given = event({ data_classification: "restricted", labels: { mark: "h" } });
    expect(enricher.enrich(given)).toEqual(given);
    expect(enricher.classified()).toEqual({
      by: { rule: 0, producer: 1, default: 0, nobody: 0 },
      raised: 0,
      keptHigher: 1,
      unnamed: 0,
      rules: { low: 1, mid: 0, high: 1 },
    });
  });

  it("takes unknown for no statement", () => {
    const { data_classification, labels } = stamp("unknown", "m");
    expect(data_classification).toBe("internal");
    expect(labels).toEqual({ mark: "m", classification_rules: "mid" });
  });

  it("uses the default only where nobody says anything", () => {
    const enricher = enricherOf(`default: internal\n${ONE_EACH}`);
    const silent = enricher.enrich(event({ data_classification: "unknown" }));
    expect(silent).toMatchObject({
      data_classification: "internal",
      labels: { classification_rules: "default" },
    });
    expect(enricher.enrich(event({ data_classification: "public" })).labels).toBeUndefined();
    expect(enricher.enrich(event({ labels: { mark: "x" } })).data_classification).toBe("public");
    expect(enricher.classified()?.by).toEqual({ rule: 1, producer: 1, default: 1, nobody: 0 });
  });

  it("changes nothing when an event comes a second time", () => {
    const enricher = enricherOf(`default: public\n${ONE_EACH}`);
    for (const given of [
      event({ labels: { mark: "h" } }),
      event({ data_classification: "internal", labels: { mark: "h" } }),
      event({ data_classification: "restricted" }),
      event(),
    ]) {
      const once = enricher.enrich(given);
      expect(enricher.enrich(once)).toEqual(once);
    }
  });

  it("leaves an event valid that has as many labels as there may be, and counts it", () => {
    const labels = Object.fromEntries(Array.from({ length: 256 }, (_, n) => [`l${n}`, "x"]));
    const enricher = enricherOf("rules: [{id: a, class: sensitive, when: {label: {l0: x}}}]");
    const stamped = enricher.enrich(event({ labels }));
    expect(stamped.data_classification).toBe("sensitive");
    expect(stamped.labels).toEqual(labels);
    expect(enricher.classified()?.unnamed).toBe(1);
    expect(parseEventLine(JSON.stringify(stamped), 1, { file: "f" }).ok).toBe(true);
  });

  it("names so many rules and says how many more there are", () => {
    const rules = Array.from(
      { length: 20 },
      (_, n) => `  - {id: r${n}, class: public, when: {path: a}}`,
    );
    const stamped = enricherOf(`rules:\n${rules.join("\n")}`).enrich(
      event({ labels: { path: "a" } }),
    );
    const names = stamped.labels?.["classification_rules"]?.split(",");
    expect(names).toHaveLength(17);
    expect(names?.at(-1)).toBe("+4");
  });

  it("reads labels that the table says carry a project", () => {
    const table =
      "labels_as: {project: [team.project]}\nrules: [{id: a, class: public, when: {project: p}}]";
    const { enrich } = enricherOf(table);
    expect(enrich(event({ labels: { "team.project": "p" } })).data_classification).toBe("public");
    expect(enrich(event({ labels: { project_id: "p" } })).data_classification).toBe("public");
    expect(enrich(event({ labels: { other: "p" } })).data_classification).toBeUndefined();
  });

  it("finds names however their letters are composed", () => {
    const table = (name: string): Enricher =>
      enricherOf(`rules: [{id: a, class: restricted, when: {path: "${name}"}}]`);
    const [composed, apart] = ["Gehälter".normalize("NFC"), "Gehälter".normalize("NFD")];
    for (const [pattern, name] of [
      [composed, apart],
      [apart, composed],
    ]) {
      const { enrich } = table(pattern ?? "");
      const reach = { path: [`/srv/${name}/a`] };
      expect(enrich(event(), { reach }).data_classification).toBe("restricted");
    }
  });

  it("never writes what it judged by", () => {
    const stamped = enricherOf(example).enrich(event(), {
      reach: { path: ["/home/ann.example/payroll/a"] },
    });
    expect(JSON.stringify(stamped)).not.toContain("ann.example");
  });
});

/** One rule as the oracle and the table both read it. */
interface SimpleRule {
  readonly id: string;
  readonly class: string;
  readonly when: Readonly<Record<string, readonly string[]>>;
}

const RANKS = ["unknown", "public", "internal", "sensitive", "restricted"];

function naive(
  rules: readonly SimpleRule[],
  facts: Readonly<Record<string, readonly string[]>>,
  stated: string,
): readonly [string, string | undefined] {
  const matches = ({ when }: SimpleRule): boolean =>
    Object.entries(when).every(([fact, patterns]) =>
      patterns.some((pattern) =>
        (facts[fact] ?? []).some((value) =>
          pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern,
        ),
      ),
    );
  const matched = rules.filter(matches);
  const top = Math.max(0, ...matched.map((rule) => RANKS.indexOf(rule.class)));
  if (top === 0 || top < RANKS.indexOf(stated)) return [stated, undefined];
  const ids = matched.filter((rule) => RANKS.indexOf(rule.class) === top).map(({ id }) => id);
  return [RANKS[top] ?? "", ids.join(",")];
}

describe("against a naive reading of the table", () => {
  const FIELDS = ["mcp_server", "mcp_tool", "department", "project", "source_kind"] as const;
  const value = fc.constantFrom("a", "ab", "abc", "b", "bc", "A");
  const pattern = fc.oneof(
    value,
    value.map((text) => `${text}*`),
  );
  const someOf = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
    fc.array(one, { minLength: 1, maxLength: 3 });
  const when = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), someOf(pattern)), {
      minLength: 1,
      maxLength: 3,
      selector: ([field]) => field,
    })
    .map((entries) => Object.fromEntries(entries));
  const rules = fc
    .array(fc.tuple(fc.constantFrom(...RANKS.slice(1)), when), { maxLength: 12 })
    .map((all) => all.map(([name, one], n) => ({ id: `r${n}`, class: name, when: one })));
  const given = fc.record({
    stated: fc.constantFrom(...RANKS),
    fields: fc.dictionary(
      fc.constantFrom("mcp_server", "mcp_tool", "department", "source_kind"),
      value,
    ),
    project: fc.array(value, { maxLength: 3 }),
  });

  it("agrees on class and rules, event after event with one classifier", () => {
    fc.assert(
      fc.property(rules, fc.array(given, { minLength: 1, maxLength: 6 }), (table, events) => {
        const { enrich } = enricherOf(JSON.stringify({ default: "public", rules: table }));
        return events.every(({ stated, fields, project }) => {
          const facts = Object.fromEntries(
            Object.entries(fields).map(([key, one]) => [key, [one]]),
          );
          const expected = naive(table, { ...facts, project }, stated);
          const reach = { project };
          const stamped = enrich(event({ ...fields, data_classification: stated }), { reach });
          const [name, ids] = expected[0] === "unknown" ? ["public", "default"] : expected;
          return (
            stamped.data_classification === name && stamped.labels?.["classification_rules"] === ids
          );
        });
      }),
      { numRuns: 1500 },
    );
  });
});

it("counts of two tables add up", () => {
  const [a, b] = [
    enricherOf(ONE_EACH),
    enricherOf("rules: [{id: low, class: public, when: {label: {mark: a}}}]"),
  ];
  a.enrich(event({ labels: { mark: "h" } }));
  b.enrich(event({ labels: { mark: "a" } }));
  const sum = addCounts(a.classified(), b.classified()) as ClassificationCounts;
  expect(sum.by.rule).toBe(2);
  expect(sum.rules).toEqual({ low: 2, mid: 0, high: 1 });
  expect(addCounts(undefined, a.classified())).toEqual(a.classified());
});

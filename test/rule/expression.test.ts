import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../src/diagnostic/diagnostic.ts";
import { eventFieldNames, fieldInfo } from "../../src/event/field.ts";
import type { Predicate, Scalar } from "../../src/rule/ir.ts";
import { type ExpressionScope, parseExpression } from "../../src/rule/parse-expression.ts";
import { renderPredicate } from "../../src/rule/render-predicate.ts";

function scope(parameters: Readonly<Record<string, Scalar>> = {}): ExpressionScope {
  const spanAt = (offset: number, length: number): Span => ({
    file: "e",
    line: 1,
    column: offset + 1,
    length,
  });
  return { parameters: new Map(Object.entries(parameters)), used: new Set(), spanAt };
}

function parsed(text: string, parameters?: Readonly<Record<string, Scalar>>): unknown {
  const result = parseExpression(text, scope(parameters));
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return JSON.parse(
    JSON.stringify(result.value, (key, value: unknown) => (key === "span" ? undefined : value)),
  );
}

function problems(text: string): readonly unknown[] {
  return parseExpression(text, scope()).diagnostics.map(({ code, span }) => [
    code,
    span.column,
    span.length,
  ]);
}

const span: Span = { file: "e", line: 1, column: 1, length: 1 };
const scalars = eventFieldNames.filter(
  (name) => fieldInfo(name)?.kind === "keyword" && !fieldInfo(name)?.values,
);
const numbers = eventFieldNames.filter((name) => fieldInfo(name)?.kind === "integer");
const lists = eventFieldNames.filter((name) => fieldInfo(name)?.kind === "keyword[]");

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...scalars), fc.string({ unit: "binary" }))
    .map(([field, value]) => ({ kind: "equals", field, value, span }) as Predicate),
  fc
    .tuple(fc.constantFrom(...scalars), fc.array(fc.string(), { minLength: 1, maxLength: 4 }))
    .map(([field, values]) => ({ kind: "in", field, values, span }) as Predicate),
  fc
    .tuple(fc.constantFrom(...lists), fc.string())
    .map(([field, value]) => ({ kind: "has", field, value, span }) as Predicate),
  fc
    .tuple(fc.constantFrom(...numbers), fc.constantFrom("<", "<=", ">", ">="), fc.maxSafeInteger())
    .map(
      ([field, operator, value]) =>
        ({ kind: "compare", field, operator, value, span }) as Predicate,
    ),
  fc
    .constantFrom(...eventFieldNames)
    .map((field) => ({ kind: "present", field, span }) as Predicate),
  fc
    .boolean()
    .map((value) => ({ kind: "equals", field: "within_business_hours", value, span }) as Predicate),
);
const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc
      .array(tie("tree"), { minLength: 2, maxLength: 3 })
      .map((of) => ({ kind: "all", of, span }) as Predicate),
    fc
      .array(tie("tree"), { minLength: 2, maxLength: 3 })
      .map((of) => ({ kind: "any", of, span }) as Predicate),
    tie("tree").map((of) => ({ kind: "not", of, span }) as Predicate),
  ),
}));

describe("expressions", () => {
  it("read back what was rendered", () => {
    fc.assert(
      fc.property(tree, (predicate) => {
        const plain = JSON.parse(
          JSON.stringify(predicate, (key, value: unknown) => (key === "span" ? undefined : value)),
        );
        expect(parsed(renderPredicate(predicate))).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });

  it("bind not before and before or", () => {
    expect(parsed("not session_id = a and department = b or exists user_id_hash")).toMatchObject({
      kind: "any",
      of: [{ kind: "all", of: [{ kind: "not" }, { kind: "equals" }] }, { kind: "present" }],
    });
    expect(parsed("not (session_id = a or department = b)")).toMatchObject({
      kind: "not",
      of: { kind: "any" },
    });
  });

  it("know != and not in as negations", () => {
    expect(parsed("department != a")).toEqual({
      kind: "not",
      of: { kind: "equals", field: "department", value: "a" },
    });
    expect(parsed("department not in (a, b)")).toEqual({
      kind: "not",
      of: { kind: "in", field: "department", values: ["a", "b"] },
    });
    expect(parsed("security_flags not has x")).toEqual({
      kind: "not",
      of: { kind: "has", field: "security_flags", value: "x" },
    });
  });

  it("take values from parameters", () => {
    expect(
      parsed("token_input > $floor and data_classification in ($level, restricted)", {
        floor: 7,
        level: "sensitive",
      }),
    ).toMatchObject({
      of: [{ value: 7 }, { values: ["sensitive", "restricted"] }],
    });
  });

  it.each<[string, unknown]>([
    ["", [["R301", 1, 1]]],
    ["department", [["R301", 11, 1]]],
    ["department =", [["R301", 13, 1]]],
    ["department = and", [["R301", 14, 3]]],
    ["department = a b", [["R301", 16, 1]]],
    ["(department = a", [["R301", 16, 1]]],
    ["department in ()", [["R301", 16, 1]]],
    ["department in (a,)", [["R301", 18, 1]]],
    ["department = 'a'", [["R301", 14, 1]]],
    ['department = "a', [["R301", 14, 1]]],
    ["not", [["R301", 4, 1]]],
    ["= a", [["R301", 1, 1]]],
    ["token_input = many", [["R305", 15, 4]]],
    ["token_input > a", [["R305", 15, 1]]],
    [
      "department > 5",
      [
        ["R304", 12, 1],
        ["R305", 14, 1],
      ],
    ],
    ["details = x", [["R304", 9, 1]]],
    ["session_id has x", [["R304", 12, 3]]],
    ["event_type in (session_start, sesion_end)", [["R303", 31, 10]]],
    ["token_input > $nothing", [["R306", 15, 8]]],
    [
      "departmnt = a and sesion_id = b",
      [
        ["R302", 1, 9],
        ["R302", 19, 9],
      ],
    ],
  ])("say where %j goes wrong", (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("never throw, whatever is written", () => {
    const word = fc.constantFrom(
      "and",
      "or",
      "not",
      "in",
      "has",
      "exists",
      "(",
      ")",
      ",",
      "=",
      "<",
      "department",
      "token_input",
      '"x"',
      "$p",
      "5",
      "true",
      "\\",
      "'",
      "é",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const result = parseExpression(words.join(" "), scope());
        if (!result.ok) expect(result.diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});

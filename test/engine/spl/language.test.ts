/** The interpreter against what Splunk's manuals say, with their own examples where they have some. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConf } from "./conf.ts";
import { SplError } from "./error.ts";
import { type Reading, usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";
import type { Row, Value } from "./value.ts";

const NOW = 1_772_442_000;

/** Rows with a time and a running id, in order of time. */
function rowsOf(rows: readonly Readonly<Record<string, Value>>[]): readonly Row[] {
  return rows.map(
    (row, index) =>
      new Map<string, Value>([["index", "main"], ["_time", NOW + index], ...Object.entries(row)]),
  );
}

/** Runs commands over rows; the rows come in order of time. */
function run(
  commands: string,
  rows: readonly Readonly<Record<string, Value>>[],
  reading: Reading = usualReading,
): readonly Readonly<Record<string, Value>>[] {
  const text = `index=main | sort 0 _time | ${commands}`;
  const found = runSearch(text, rowsOf(rows), { macros: new Map(), now: NOW, reading });
  return found.map((row) => Object.fromEntries(row));
}

/** One column of the result, null where a row has none. */
function column(
  name: string,
  commands: string,
  rows: readonly Readonly<Record<string, Value>>[],
  reading: Reading = usualReading,
): readonly (Value | null)[] {
  return run(commands, rows, reading).map((row) => row[name] ?? null);
}

const evaluated = (expression: string, row: Readonly<Record<string, Value>> = {}): Value | null =>
  column("x", `eval x=${expression}`, [row])[0] ?? null;

describe("the search command", () => {
  const rows = [{ host: "Web-1" }, { host: "web-22" }, { host: ["db", "WEB-3"] }, {}];
  const hosts = (condition: string): number => run(`search ${condition}`, rows).length;

  it("takes any case, and * for any letters", () => {
    expect(hosts("host=web-1")).toBe(1);
    expect(hosts('host="web*"')).toBe(3);
    expect(hosts("host=*-2*")).toBe(1);
    expect(hosts("*")).toBe(4);
  });

  it("evaluates NOT, then OR, then AND", () => {
    const abc = [
      { A: "1", B: "1", C: "0" },
      { A: "1", B: "0", C: "3" },
      { A: "0", B: "0", C: "3" },
    ];
    expect(run("search A=1 AND B=2 OR C=3", abc)).toHaveLength(1);
    expect(run("search A=1 B=1 OR C=3", abc)).toHaveLength(2);
    expect(run("search NOT A=1 C=3", abc)).toHaveLength(1);
    expect(run("search (A=1 B=1) OR C=3", abc)).toHaveLength(3);
  });

  it("compares letters that mean something to patterns", () => {
    expect(run('search a="1.5+(x)[y]"', [{ a: "1.5+(x)[y]" }, { a: "1a5+(x)[y]" }])).toHaveLength(
      1,
    );
  });
});

describe("eval and where", () => {
  it("evaluate NOT, then AND, then OR", () => {
    const rows = [{ a: 1, b: 0, c: 1 }];
    expect(run("where a=0 AND b=0 OR c=1", rows)).toHaveLength(1);
    expect(run("where a=0 AND (b=0 OR c=1)", rows)).toHaveLength(0);
    expect(run("where NOT a=0 AND c=1", rows)).toHaveLength(1);
  });

  it("compare texts with case, and numbers by size", () => {
    expect(run('where a="X"', [{ a: "x" }])).toHaveLength(0);
    expect(run("where a>9", [{ a: "10" }])).toHaveLength(1);
    expect(run("where a=b", [{ a: "1.0", b: "1" }])).toHaveLength(1);
    expect(run('where a="1"', [{ a: "1.0" }])).toHaveLength(0);
  });

  it("match a field of several values by any of them", () => {
    expect(run('where a="y"', [{ a: ["x", "y"] }, { a: ["x", "z"] }, {}])).toHaveLength(1);
  });

  it("keep what is true, not what is unknown", () => {
    expect(run("where a=1", [{}])).toHaveLength(0);
    expect(run("where a=1 OR b=1", [{ b: 1 }])).toHaveLength(1);
    expect(evaluated('if(a=1, "yes", "no")')).toBe("no");
  });

  it("name fields in single quotes, and texts in double quotes", () => {
    expect(evaluated("'a.b{}'", { "a.b{}": "v" })).toBe("v");
    expect(evaluated('"C:\\\\windows\\\\temp"')).toBe("C:\\windows\\temp");
    expect(evaluated('"a\\tb \\"c\\" | d"')).toBe('a\tb "c" | d');
  });

  it("remove a field that becomes NULL, and use fields of the same command", () => {
    expect(run("eval a=null(), b=c+1, d=b*2", [{ a: 1, c: "2" }])[0]).toEqual({
      index: "main",
      _time: NOW,
      b: 3,
      c: "2",
      d: 6,
    });
  });

  it.each([
    ["1+2*3-4/2", 5],
    ["(1+2)*3%5", 4],
    ["7.5%2", 1.5],
    ["floor(0-1.5)", -2],
    ["round(2.4)", 2],
    ['coalesce(a, "", 1)', ""],
    ['case(1=2, "a", 1=1, "b")', "b"],
    ['case(1=2, "a")', null],
    ["if(isnull(a), 0, 1)", 0],
    ["now()", NOW],
    ['relative_time(now(), "-900s")', NOW - 900],
    ['strftime(0, "%Y-%m-%dT%H:%M:%S.%3N%z")', "1970-01-01T00:00:00.000+0000"],
    ['strptime("2026-03-02T09:00:00.123-0130", "%Y-%m-%dT%H:%M:%S.%3N%z")', 1_772_447_400.123],
    ['strptime("2026-03-02", "%Y-%m-%dT%H:%M:%S.%3N%z")', null],
    ['replace("aZbZ", "Z$", "+0000")', "aZb+0000"],
  ])("%s is %s", (expression, value) => {
    expect(evaluated(expression)).toBe(value);
  });

  it("write times in the zone of the user", () => {
    const east = { ...usualReading, zoneMinutes: 330 };
    expect(column("x", 'eval x=strftime(0, "%H:%M %z")', [{}], east)).toEqual(["05:30 +0530"]);
  });

  it("remove repeats from a field of several values", () => {
    expect(evaluated("mvdedup(a)", { a: ["x", "y", "x"] })).toEqual(["x", "y"]);
    expect(evaluated("mvdedup(a)", { a: ["x", "x"] })).toBe("x");
  });
});

describe("dedup, sort, fields, table and rename", () => {
  it("keep the first of a combination, and drop results without the field", () => {
    expect(
      column("b", "dedup a", [{ a: 1, b: 1 }, { a: 1, b: 2 }, { b: 3 }, { a: 2, b: 4 }]),
    ).toEqual([1, 4]);
  });

  it("put a missing field last in both directions", () => {
    const rows = [{ a: "b" }, {}, { a: "a" }];
    expect(column("a", "sort 0 a", rows)).toEqual(["a", "b", null]);
    expect(column("a", "sort 0 -a", rows)).toEqual(["b", "a", null]);
  });

  it("order numbers by size and texts by bytes, each field in its direction", () => {
    const rows = [
      { a: "10.1", b: "B" },
      { a: "9.1", b: "a" },
      { a: "9.1", b: "b" },
    ];
    expect(column("b", "sort 0 -a b", rows)).toEqual(["B", "a", "b"]);
    expect(column("b", "sort 2 +b", rows)).toEqual(["B", "a"]);
    expect(column("a", "sort 0 -a", [{ a: "9.1.a" }, { a: "10.1.a" }])).toEqual([
      "9.1.a",
      "10.1.a",
    ]);
  });

  it("order anything as texts where asked to", () => {
    const rows = [{ a: "9" }, { a: "10" }, { a: "9a" }];
    expect(column("a", "sort 0 +str(a)", rows)).toEqual(["10", "9", "9a"]);
    expect(column("a", "sort 0 -str(a)", rows)).toEqual(["9a", "9", "10"]);
    expect(column("a", "sort 0 a", rows.slice(0, 2))).toEqual(["9", "10"]);
  });

  it("choose fields; only table drops time", () => {
    expect(run("fields a", [{ a: 1, b: 2 }])).toEqual([{ a: 1, _time: NOW }]);
    expect(run("table b a", [{ a: 1, b: 2 }])).toEqual([{ a: 1, b: 2 }]);
    expect(run("rename a AS b c AS d | table b c d", [{ a: 1, b: 2, c: 3 }])).toEqual([
      { b: 1, d: 3 },
    ]);
    expect(run("rename a AS b | table b", [{ b: 2 }])).toEqual([{ b: 2 }]);
  });
});

describe("stats", () => {
  it("has a row for each combination, for each of several values, and none for a missing one", () => {
    const rows = [{ a: "x", n: 1 }, { a: ["x", "y"], n: 2 }, { n: 4 }];
    expect(run("stats count sum(n) AS s by a", rows)).toEqual([
      { a: "x", count: 2, s: 3 },
      { a: "y", count: 1, s: 2 },
    ]);
  });

  it("leaves out what cannot be computed, and lists values in order of their letters", () => {
    const rows = [{ a: "b" }, { a: ["B", "a"] }, { a: "b" }];
    expect(run("stats sum(n) AS s values(a) AS v dc(n) AS d", rows)).toEqual([
      { v: ["B", "a", "b"], d: 0 },
    ]);
    expect(run("stats min(n) max(n)", [{ n: "10" }, { n: "9" }])).toEqual([
      { "min(n)": 9, "max(n)": 10 },
    ]);
  });

  it("counts nothing as zero", () => {
    expect(run("where 1=2 | stats count", [{}])).toEqual([{ count: 0 }]);
    const none: Reading = { ...usualReading, emptyStats: "none" };
    expect(run("where 1=2 | stats sum(n)", [{}], none)).toEqual([]);
    expect(run("where 1=2 | stats count", [{}], none)).toEqual([{ count: 0 }]);
  });
});

describe("streamstats", () => {
  const rows = [
    { n: 1, g: "a" },
    { n: 2, g: "b" },
    { n: 3, g: "a" },
    { n: 4, g: "b" },
  ];

  it.each([
    ["count AS x", [1, 2, 3, 4]],
    ["sum(n) AS x", [1, 3, 6, 10]],
    ["count AS x by g", [1, 1, 2, 2]],
    ["window=2 sum(n) AS x", [1, 3, 5, 7]],
    ["current=f sum(n) AS x", [null, 1, 3, 6]],
    ["current=f count AS x", [0, 1, 2, 3]],
    ["current=f window=1 global=f sum(n) AS x by g", [null, null, 1, 2]],
    ["count AS x by missing", [null, null, null, null]],
  ])("%s", (options, values) => {
    expect(column("x", `streamstats ${options}`, rows)).toEqual(values);
  });
});

describe("macros", () => {
  const macros = parseConf(
    "# A comment\n[inner]\ndefinition = index=main\n\n[at_least(2)]\nargs = field, n\ndefinition = where $field$>=$n$ \\\n| sort 0 -$field$\niseval = 0\n",
  );

  it("stand for their definitions, with arguments in place of their names", () => {
    const found = runSearch("`inner` | `at_least(a, 2)`", rowsOf([{ a: 1 }, { a: 2 }, { a: 3 }]), {
      macros,
      now: NOW,
    });
    expect(found.map((row) => row.get("a"))).toEqual([3, 2]);
  });

  it.each(["`other`", "`at_least(1)`", 'a="`inner`"', "`inner"])("refuse %s", (text) => {
    expect(() => runSearch(text, [], { macros, now: NOW })).toThrow(SplError);
  });
});

it("bounds time from the earliest on, up to the latest", () => {
  const found = runSearch("index=main", rowsOf([{}, {}, {}]), {
    macros: new Map(),
    now: NOW,
    earliest: NOW + 1,
    latest: NOW + 2,
  });
  expect(found).toHaveLength(1);
});

describe("refuses, with the place,", () => {
  it.each([
    ["transaction a", "the command transaction"],
    ["eval x=exact(1)", "the function exact"],
    ["eval x=if(1=1, 2)", "2 arguments of if"],
    ["eval x=1 . 2", 'the sign "."'],
    ["eval x=a XOR b", 'unexpected "XOR"'],
    ["eval x=a=1", "a truth value for x"],
    ['eval x="a"+"b"', '"+" of texts'],
    ['eval x="\\d"', "the escape"],
    ["eval x=1/0", "a division by zero"],
    ["where a", "a truth value was expected"],
    ["where NOT missing=1", "NOT of a comparison with a missing field"],
    ['where a<"x"', "an order between a number and a text"],
    ["where a=b", "a comparison with several values on the right"],
    ["where b!=a", '"!=" on a field of several values'],
    ['eval x=strftime(0, "%c")', "the time variable %c"],
    ['eval x=relative_time(0, "-1d@d")', "the time modifier"],
    ["eval x=round(b)", "a number was expected"],
    ["sort a", "sort without count"],
    ["sort 0 - a", "a sign on its own"],
    ["sort 0 ip(a)", 'the order "ip"'],
    ["dedup 2 a", "dedup of several"],
    ["fields - a", "fields with a sign"],
    ["fields a*", 'the field "a*"'],
    ["table", "a field is missing"],
    ["rename a b", "rename without AS"],
    ["stats avg(a)", "the statistic avg"],
    ["stats count(a)", "count of a field"],
    ["stats sum(t)", "t is no number"],
    ["stats", "a statistic is missing"],
    ["streamstats reset_on_change=t count", "the statistic reset_on_change"],
    ["streamstats time_window=10m count", "the option time_window"],
    ["streamstats window=2 count by a", "a window that groups share"],
    ["search error", 'the word "error"'],
    ["search a>1", 'the word "a"'],
    ["where a=1 [search b]", "a subsearch"],
    ['where a="1', "a double quote that nothing closes"],
    ["where (a=1", '")" is missing'],
    ["| count", "no command after a pipe"],
  ])("%s", (commands, what) => {
    const refused = (): unknown => run(commands, [{ a: 1, b: ["x", "y"], t: "text" }]);
    expect(refused).toThrow(SplError);
    expect(refused).toThrow(what);
    expect(refused).toThrow(/, at character \d+$/);
  });
});

describe("quoting", () => {
  const quoted = (text: string): string =>
    `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

  it("holds any text but backticks, through pipes and brackets", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !text.includes("`")),
        (text) => {
          expect(evaluated(quoted(text))).toBe(text);
          expect(run(`where a=${quoted(text)}`, [{ a: text }, { a: `${text}x` }])).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("leaves nothing open: a text is read to its own end or refused", () => {
    const signs = fc.constantFrom('"', "\\", "'", "|", "[", "`", "a", " ", "(", "=", "%");
    fc.assert(
      fc.property(fc.string({ unit: signs, maxLength: 12 }), (text) => {
        try {
          run(`eval x=${text}`, [{ a: "v" }]);
        } catch (error) {
          expect(error).toBeInstanceOf(SplError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

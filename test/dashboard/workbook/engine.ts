/**
 * Queries of workbooks in words of the engine that tests have (ClickHouse's Kusto dialect). Each line
 * says what the engine lacks; nothing else is changed, and no panel is left out.
 */
type Row = Readonly<Record<string, unknown>>;

const translations: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[] = [
  // Keeps nothing for later: the rows are counted again.
  [/materialize\(([\s\S]*?)\);\n/g, "$1;\n"],
  // Has no `hash`, and one argument of `dcount`. Distinct counts are exact there.
  [/dcount\(iff\((.+?), hash\((\w+)\), long\(null\)\), 4\)/g, "dcountif($2, $1)"],
  // Its `todouble` takes texts only.
  [/todouble\((\w+(?:\([\d.]+\))?)\)/g, "(1.0 * $1)"],
  // The sum of nothing is null there; in Kusto it is 0 ("summarize operator", default values).
  [/summarize amount = sum\((.*)\)$/gm, "summarize amount = coalesce(sum($1), 0)"],
  // The last of no times is the epoch there; in Kusto it is null.
  [
    /amount = max\(TimeGenerated\)/g,
    "amount = iff(count() == 0, datetime(null), max(TimeGenerated))",
  ],
  // Differences of times are seconds.
  [/\(ObservedAt - TimeGenerated\) \/ 1ms/g, "1000.0 * (ObservedAt - TimeGenerated)"],
  // Expands lists of texts to texts without being told.
  [/ to typeof\(string\)/g, ""],
  // Writes no times; the tests compare the minute.
  [/format_datetime\(value, 'yyyy-MM-dd HH:mm'\)/g, "substring(tostring(value), 0, 16)"],
  // Has no JSON: the member of what was clicked is put in as a literal.
  [
    /tostring\(parse_json\(base64_decode_tostring\('([^']*)'\)\)\.(\w+)\)/g,
    (_, encoded = "", member = "") => {
      const point = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Row;
      const text = Buffer.from(String(point[member] ?? ""), "utf8").toString("base64");
      return `base64_decode_tostring('${text}')`;
    },
  ],
];

/** The query as the engine takes it. */
export function executable(query: string): string {
  return translations.reduce(
    (text, [pattern, words]) =>
      typeof words === "string" ? text.replace(pattern, words) : text.replace(pattern, words),
    query,
  );
}

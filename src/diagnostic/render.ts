/** Diagnostics as text: for people, for machines, for GitHub, for code scanning. */
import { compareDiagnostics, type Diagnostic, isError } from "./diagnostic.ts";

/** Looks up one line of a source, without its newline; `undefined` when the source is not at hand. */
export type SourceLine = (file: string, line: number) => string | undefined;

export interface TerminalOptions {
  readonly colour: boolean;
  readonly sourceLine?: SourceLine;
}

export type DiagnosticFormat = "text" | "json" | "github" | "sarif";

/** Control characters of input must never reach a terminal: they could move the cursor or hide text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function paint(colour: boolean, code: number, text: string): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

const CONTEXT_WIDTH = 110;

/** The source line with a gutter and carets under the span, cut to a window around it. */
function excerpt(diagnostic: Diagnostic, options: TerminalOptions): string {
  const { file, line, column, length } = diagnostic.span;
  const source = options.sourceLine?.(file, line);
  if (source === undefined || column > source.length + 1) return "";
  const start = Math.max(0, Math.min(column - 1 - 30, source.length - CONTEXT_WIDTH));
  const shown = source.slice(start, start + CONTEXT_WIDTH).replace(/\t/g, " ");
  const gutter = String(line).padStart(5);
  const carets = Math.max(1, Math.min(length, CONTEXT_WIDTH - (column - 1 - start)));
  const pad = " ".repeat(column - 1 - start + (start > 0 ? 1 : 0));
  return (
    `${paint(options.colour, 2, `${gutter} |`)} ${start > 0 ? "…" : ""}${printable(shown)}\n` +
    `${paint(options.colour, 2, "      |")} ${pad}${paint(options.colour, 31, "^".repeat(carets))}\n`
  );
}

/** One diagnostic for people: place, code, message, source line with carets, help. */
export function renderDiagnostic(diagnostic: Diagnostic, options: TerminalOptions): string {
  const { file, line, column } = diagnostic.span;
  const tint = isError(diagnostic) ? 31 : 33;
  const pointer = diagnostic.pointer ? ` at ${printable(diagnostic.pointer)}` : "";
  return (
    `${paint(options.colour, 1, `${printable(file)}:${line}:${column}`)} ` +
    `${paint(options.colour, tint, `${diagnostic.severity} ${diagnostic.code}`)}${pointer}: ` +
    `${printable(diagnostic.message)}\n${excerpt(diagnostic, options)}` +
    `      = help: ${printable(diagnostic.help)}\n`
  );
}

function renderText(diagnostics: readonly Diagnostic[], options: TerminalOptions): string {
  if (diagnostics.length === 0) return "";
  const errors = diagnostics.filter(isError).length;
  const warnings = diagnostics.length - errors;
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;
  const closing = `${count(errors, "error")}, ${count(warnings, "warning")}\n`;
  return diagnostics.map((one) => renderDiagnostic(one, options)).join("") + closing;
}

/** GitHub workflow commands; the escapes are those of the Actions toolkit (`%`, CR, LF, and `:` `,` in properties). */
function renderGithub(diagnostics: readonly Diagnostic[]): string {
  const data = (text: string): string =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string): string =>
    data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return diagnostics
    .map(({ severity, span, code, message, help }) => {
      const place = `file=${property(span.file)},line=${span.line},col=${span.column},endColumn=${span.column + span.length}`;
      return `::${severity} ${place},title=${property(code)}::${data(`${message}. ${help}`)}\n`;
    })
    .join("");
}

/** SARIF 2.1.0 (OASIS), the subset that code-scanning services read. */
function renderSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map((one) => one.code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "claude-siem", version, rules: codes.map((id) => ({ id })) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((one) => ({
          ruleId: one.code,
          level: one.severity,
          message: { text: `${one.message}. ${one.help}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: one.span.file },
                region: {
                  startLine: one.span.line,
                  startColumn: one.span.column,
                  endColumn: one.span.column + one.span.length,
                },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** All diagnostics, sorted by place, in one of the output formats. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  options: TerminalOptions & { readonly version: string },
): string {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  if (format === "json") return sorted.map((one) => `${JSON.stringify(one)}\n`).join("");
  if (format === "github") return renderGithub(sorted);
  if (format === "sarif") return renderSarif(sorted, options.version);
  return renderText(sorted, options);
}

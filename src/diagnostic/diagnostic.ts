/**
 * What the product says about input: a code, a place, what is wrong, what to do.
 *
 * Errors of users are values. A function that reads untrusted input returns a `Result`; exceptions
 * are for bugs and for the operating system.
 */

/** A place in a file or stream. `line` and `column` start at 1; `length` is in UTF-16 units, at least 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export type DiagnosticSeverity = "error" | "warning";

/** One finding about input. */
export interface Diagnostic {
  /** Stable code such as `R104`; `claude-siem explain R104` tells more. */
  readonly code: string;
  readonly severity: DiagnosticSeverity;
  readonly span: Span;
  /** What is wrong, one sentence without a final stop. */
  readonly message: string;
  /** What to do next. */
  readonly help: string;
  /** RFC 6901 pointer to the value, for JSON input. */
  readonly pointer?: string;
}

/** A value, or why there is none. Warnings may accompany a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function succeed<T>(value: T, diagnostics: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, diagnostics };
}

export function fail(diagnostics: readonly Diagnostic[]): {
  ok: false;
  diagnostics: readonly Diagnostic[];
} {
  return { ok: false, diagnostics };
}

/** A value when no diagnostic is an error; otherwise the failure. */
export function resultOf<T>(value: T, diagnostics: readonly Diagnostic[]): Result<T> {
  return diagnostics.some(isError) ? fail(diagnostics) : succeed(value, diagnostics);
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

/** The wording of one occurrence. */
export interface Wording {
  readonly message: string;
  readonly help: string;
}

/** One entry of the message catalogue: a code, what it means in general, and how one occurrence reads. */
export interface Definition<Args> {
  readonly code: string;
  /** Short name in kebab case, shown beside the code. */
  readonly name: string;
  readonly severity: DiagnosticSeverity;
  /** General explanation for `claude-siem explain CODE`: why it matters and how to mend it. */
  readonly explanation: string;
  readonly wording: (args: Args) => Wording;
}

/**
 * Makes the diagnostic of one catalogue entry at one place.
 *
 * @example report(eventMessage.notJson, span, { detail: "Unexpected end of input" })
 */
export function report<Args>(
  definition: Definition<Args>,
  span: Span,
  args: Args,
  pointer?: string,
): Diagnostic {
  return {
    code: definition.code,
    severity: definition.severity,
    span,
    ...definition.wording(args),
    ...(pointer !== undefined && { pointer }),
  };
}

/** Order for display: by file, then position, then code. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    a.span.file.localeCompare(b.span.file) ||
    a.span.line - b.span.line ||
    a.span.column - b.span.column ||
    a.code.localeCompare(b.code)
  );
}

/** The span of a whole file, for findings that have no narrower place. */
export function fileSpan(file: string): Span {
  return { file, line: 1, column: 1, length: 1 };
}

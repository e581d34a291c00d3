/** Predicates as canonical expression text: what `parseExpression` reads back as the same predicate. */
import type { Predicate, Scalar } from "./ir.ts";

const RESERVED = new Set(["and", "or", "not", "in", "has", "exists", "true", "false"]);

function renderScalar(value: Scalar): string {
  if (typeof value === "number") return renderNumber(value);
  if (typeof value === "boolean") return String(value);
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value) && !RESERVED.has(value)
    ? value
    : JSON.stringify(value);
}

/** A number in digits only: the expression grammar has no exponents. */
function renderNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [mantissa = "", exponent] = String(value).split("e-");
  if (exponent === undefined) return mantissa;
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  return value.toFixed(Math.min(100, Number(exponent) + decimals));
}

export function renderPredicate(predicate: Predicate, outermost = true): string {
  const group = (text: string): string => (outermost ? text : `(${text})`);
  switch (predicate.kind) {
    case "always":
      return "always";
    case "all":
    case "any": {
      const word = predicate.kind === "all" ? " and " : " or ";
      return group(predicate.of.map((part) => renderPredicate(part, false)).join(word));
    }
    case "not":
      return `not ${renderPredicate(predicate.of, false)}`;
    case "equals":
      return `${predicate.field} = ${renderScalar(predicate.value)}`;
    case "in":
      return `${predicate.field} in (${predicate.values.map(renderScalar).join(", ")})`;
    case "has":
      return `${predicate.field} has ${renderScalar(predicate.value)}`;
    case "compare":
      return `${predicate.field} ${predicate.operator} ${renderNumber(predicate.value)}`;
    case "present":
      return `exists ${predicate.field}`;
  }
}

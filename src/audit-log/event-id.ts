/** Identities of events that a program tells: the same fact has the same id however often it is told. */
import { hash } from "node:crypto";

/** UUID version 8 (RFC 9562, 5.8) of what identifies an event. */
export function eventIdOf(parts: readonly string[]): string {
  // Lengths keep the parts apart, whatever stands in them.
  const text = parts.map((part) => `${part.length}:${part}`).join("\n");
  const hex = hash("sha256", `claude-siem/audit-log\n${text}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

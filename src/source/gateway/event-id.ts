/** Ids of events that follow from what a record says, so that a record read twice is one event. */
import { createHash } from "node:crypto";
import { isFields } from "./path.ts";

/** JSON with the members of objects in order, so that it does not depend on who wrote them. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${members.join(",")}}`;
}

/** A UUID of version 8 (RFC 9562, section 5.8) made from what tells the event from others. */
export function eventIdOf(parts: readonly string[]): string {
  const text = JSON.stringify(["claude-siem/gateway", ...parts]);
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

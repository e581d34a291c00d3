/**
 * The mapping interpreter: what a mapping means. The generated serializers are tested to yield the
 * same documents; where they differ, this is right.
 */
import type { AuditEvent } from "../event/event.ts";
import { classOf, type EventClass, type EventRecord } from "./event-class.ts";
import type { Mapping, Output, Source } from "./mapping.ts";
import type { ChainLink } from "./schema.ts";
import { applyTransform } from "./transform.ts";

/** A document of a target, as plain JSON data. */
export type TargetDocument = Readonly<Record<string, unknown>>;

type MutableObject = Record<string, unknown>;

function readSource(source: Source, event: EventRecord, chain: ChainLink | undefined): unknown {
  if (source === "chain_seq" || source === "chain_hash") return chain?.[source];
  if (source === "canonical_event") return event;
  return event[source];
}

function evaluate(
  output: Output,
  event: EventRecord,
  eventClass: EventClass,
  chain: ChainLink | undefined,
): unknown {
  switch (output.kind) {
    case "constant":
      return output.value;
    case "class":
      return output.values.get(eventClass);
    case "field": {
      if (output.classes !== undefined && !output.classes.has(eventClass)) return undefined;
      const { beside } = output;
      if (beside !== undefined && readSource(beside, event, chain) === undefined) return undefined;
      const values = output.from.map((source) => readSource(source, event, chain));
      return applyTransform(output.transform, values) ?? output.otherwise;
    }
  }
}

/** Writes a value at a path, making the objects on the way. */
function put(document: MutableObject, path: readonly string[], value: unknown): void {
  const last = path.length - 1;
  let object = document;
  for (let depth = 0; depth < last; depth += 1) {
    const name = path[depth] ?? "";
    object[name] ??= {};
    object = object[name] as MutableObject;
  }
  object[path[last] ?? ""] = value;
}

/**
 * The document of a valid event, with members in the mapping's order.
 *
 * @param chain Sequence number and hash of the record in the journal, when it came from there.
 */
export function applyMapping(
  mapping: Mapping,
  event: AuditEvent,
  chain?: ChainLink,
): TargetDocument {
  const eventClass = classOf(event);
  const document: MutableObject = {};
  for (const output of mapping.outputs) {
    const value = evaluate(output, event, eventClass, chain);
    if (value !== undefined) put(document, output.path, value);
  }
  return document;
}

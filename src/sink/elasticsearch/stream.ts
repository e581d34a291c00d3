/** The data streams of audit events: one for each class of events, all in one namespace. */
import type { EventType } from "../../event/event.ts";

/**
 * The dataset that the ECS mapping writes into a document of each type. A data stream takes documents
 * of its own dataset only, because `data_stream.dataset` is a constant of its indices.
 */
const DATASETS: Readonly<Record<EventType, string>> = {
  session_start: "claude.session",
  session_end: "claude.session",
  policy_event: "claude.policy",
  security_event: "claude.security",
  activity_event: "claude.activity",
};

/** The namespace that the mapping writes into every document. */
export const MAPPED_NAMESPACE = "default";

/** Longest namespace that Elastic's data stream naming scheme allows, in bytes. */
const NAMESPACE_BYTES_MAX = 100;

/**
 * Whether a namespace gives legal names of data streams: lower case and without what Elasticsearch
 * forbids in names of indices; a dash would be taken for the separator of the naming scheme.
 */
export function isNamespace(text: string): boolean {
  return text.length <= NAMESPACE_BYTES_MAX && /^[a-z0-9_][a-z0-9_.]*$/.test(text);
}

/** The data stream of an event type: a name from a closed list, whatever the event holds. */
export function streamOf(type: EventType, namespace: string): string {
  return `logs-${DATASETS[type]}-${namespace}`;
}

/** All data streams, each once. */
export function streamsOf(namespace: string): readonly string[] {
  return [...new Set(Object.values(DATASETS))].map((dataset) => `logs-${dataset}-${namespace}`);
}

/**
 * Puts the configured namespace in place of the mapping's. The member is found by its whole text: quotes
 * are escaped in every value of an event, so no event can hold it, and only flat texts stand before it.
 */
export function inNamespace(document: string, type: EventType, namespace: string): string {
  const member = (name: string) =>
    `"data_stream":{"type":"logs","namespace":"${name}","dataset":"${DATASETS[type]}"}`;
  const mapped = member(MAPPED_NAMESPACE);
  const at = document.indexOf(mapped);
  if (at === -1) throw new Error(`the mapping of ${type} does not write ${mapped}`);
  if (namespace === MAPPED_NAMESPACE) return document;
  return `${document.slice(0, at)}${member(namespace)}${document.slice(at + mapped.length)}`;
}

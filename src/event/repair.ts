/**
 * The cold path of event parsing: brings an object into canonical form where that needs no guessing,
 * and names everything that is unusual or wrong.
 */
import * as eventMessage from "../diagnostic/message/event.ts";
import { schemaErrors } from "../generated/event-validator.ts";
import { eventFieldNames, fieldInfo } from "./field.ts";
import { type Finding, find } from "./finding.ts";
import { isIdentifier, isPseudonym, isUuid } from "./format.ts";
import { explainSchemaError } from "./schema-error.ts";
import { formatTime, isRepresentable, parseTime } from "./time.ts";

type JsonObject = Record<string, unknown>;

const TIME_FIELDS = ["timestamp", "observed_at", "exception_expires_at"] as const;
const PSEUDONYM_FIELDS = ["user_id_hash", "approver_id_hash", "target_user_id_hash"] as const;

/** Text form of a value the schema does not know. */
function labelText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Splits an object into known fields and labels; nulls count as absent. */
function sortFields(
  input: JsonObject,
  findings: Finding[],
): { event: JsonObject; labels: [string, string][] } {
  const event: JsonObject = {};
  const labels: [string, string][] = [];
  for (const [key, value] of Object.entries(input)) {
    if (key === "labels") continue;
    if (fieldInfo(key) === undefined) {
      labels.push([key, labelText(value)]);
      findings.push(
        find(eventMessage.unknownField, { field: key, known: eventFieldNames }, [key], true),
      );
    } else if (value === null) {
      findings.push(find(eventMessage.nullValue, { field: key }, [key]));
    } else {
      event[key] = value;
    }
  }
  return { event, labels };
}

function repairLabels(
  input: JsonObject,
  event: JsonObject,
  unknown: [string, string][],
  findings: Finding[],
): void {
  const given = input["labels"];
  const isMap = typeof given === "object" && given !== null && !Array.isArray(given);
  if (given !== undefined && given !== null && !isMap) {
    event["labels"] = given;
    return;
  }
  const entries = Object.entries((given ?? {}) as JsonObject).filter(([, value]) => value !== null);
  for (const [label, value] of entries) {
    if (typeof value === "string") continue;
    findings.push(find(eventMessage.labelConverted, { label }, ["labels", label]));
  }
  const all = [
    ...entries.map(([label, value]): [string, string] => [label, labelText(value)]),
    ...unknown,
  ];
  // fromEntries defines own properties, so a key such as __proto__ stays data.
  if (all.length > 0) event["labels"] = Object.fromEntries(all);
}

function adviseTime(value: unknown): string {
  if (typeof value === "number") {
    return "This looks like an epoch number; its unit would be a guess. Write 2026-03-01T09:30:00.000Z.";
  }
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value)) {
    return "The zone is missing. Append Z for UTC or an offset such as +01:00.";
  }
  return "Write it as 2026-03-01T09:30:00.000Z, and check that the date exists.";
}

function repairTime(event: JsonObject, field: string, findings: Finding[]): void {
  const value = event[field];
  if (value === undefined) return;
  const time = typeof value === "string" ? parseTime(value) : undefined;
  if (time === undefined || !isRepresentable(time.epochMs)) {
    findings.push(find(eventMessage.badTimestamp, { field, help: adviseTime(value) }, [field]));
    return;
  }
  if (time.leapSecond) findings.push(find(eventMessage.leapSecond, { field }, [field]));
  event[field] = formatTime(time.epochMs);
}

function repairPseudonym(event: JsonObject, field: string, findings: Finding[]): void {
  const value = event[field];
  if (typeof value !== "string" || isPseudonym(value)) return;
  if (value.includes("@")) {
    findings.push(find(eventMessage.personalIdentifier, { field }, [field]));
    return;
  }
  if (isPseudonym(value.toLowerCase())) event[field] = value.toLowerCase();
  if (isIdentifier(value)) findings.push(find(eventMessage.opaquePseudonym, { field }, [field]));
}

function repairId(event: JsonObject, deriveId: () => string, findings: Finding[]): void {
  const id = event["event_id"];
  if (id === undefined) {
    event["event_id"] = deriveId();
    findings.push(find(eventMessage.derivedId, {}, []));
  } else if (typeof id === "string" && isIdentifier(id) && !isUuid(id)) {
    findings.push(find(eventMessage.notUuid, {}, ["event_id"]));
  }
}

/** Details are a flat map: text becomes its summary, nested values their JSON text. */
function repairDetails(event: JsonObject): void {
  const details = event["details"];
  if (typeof details === "string") event["details"] = { summary: details };
  if (typeof details !== "object" || details === null || Array.isArray(details)) return;
  const flat = Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, typeof value === "object" ? JSON.stringify(value) : value]);
  event["details"] = Object.fromEntries(flat);
}

function findMisplaced(event: JsonObject, findings: Finding[]): void {
  const eventType = event["event_type"];
  if (typeof eventType !== "string") return;
  for (const field of Object.keys(event)) {
    const events = fieldInfo(field)?.events;
    if (events === undefined || events.includes(eventType)) continue;
    const args = { field, eventType, belongs: events.join(" or ") };
    findings.push(find(eventMessage.misplacedField, args, [field], true));
  }
}

/**
 * Repairs and judges one JSON object.
 *
 * @param deriveId Supplies an id when the event has none.
 * @returns The canonical object, and what to say about it. It is an event when no finding is an error.
 */
export function repairEvent(
  input: JsonObject,
  deriveId: () => string,
): { event: JsonObject; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const { event, labels } = sortFields(input, findings);
  repairLabels(input, event, labels, findings);
  repairId(event, deriveId, findings);
  for (const field of TIME_FIELDS) repairTime(event, field, findings);
  for (const field of PSEUDONYM_FIELDS) repairPseudonym(event, field, findings);
  repairDetails(event);
  const errors = schemaErrors(event).map((error) => explainSchemaError(error, event));
  // Times and pseudonyms already have a better message than the schema's.
  const told = new Set(
    findings.filter((one) => one.definition.severity === "error").map((one) => one.path.join("/")),
  );
  findings.push(...errors.filter((one) => !told.has(one.path.join("/"))));
  if (errors.length === 0) findMisplaced(event, findings);
  return { event, findings };
}

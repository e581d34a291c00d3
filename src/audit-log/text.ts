/** Words of others, brought into what a field of an event may hold. */

const NAME_LENGTH_MAX = 256;
/** Largest value of an integer field of the schema. */
const COUNT_MAX = 2_147_483_647;

/** A name as a field takes it: not empty, whole characters, no longer than the schema allows. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.slice(0, NAME_LENGTH_MAX).toWellFormed();
}

/** An id as a field takes it; a part of an id would be another id, so a longer one is none. */
export function idOf(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= NAME_LENGTH_MAX ? nameOf(value) : undefined;
}

export function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX
    ? value
    : undefined;
}

/** A value as an object whose members nobody has checked yet. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

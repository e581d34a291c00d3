/** Whom a dashboard is about, from what a reader can know of it. */
import type { EventField } from "../event/event.ts";
import type { EventTable } from "./event-reader.ts";
import { completionsOf } from "./run-events.ts";

const FULL_PSEUDONYM = /^[0-9a-f]{64}$/;

/**
 * The subject with whole pseudonyms: pages show only the beginning of one.
 *
 * @returns A text where a beginning fits no user of the store, or more than one.
 */
export async function resolveSubject(
  table: EventTable,
  subject: ReadonlyMap<EventField, string>,
): Promise<ReadonlyMap<EventField, string> | string> {
  const whole = new Map(subject);
  const start = subject.get("user_id_hash")?.toLowerCase();
  if (start === undefined || FULL_PSEUDONYM.test(start)) return whole;
  if (!/^[0-9a-f]{8,63}$/.test(start))
    return "A user is given by a pseudonym: its first 8 hex digits at least, as the pages show it.";
  const [found, another] = await completionsOf(table, "user_id_hash", start);
  if (found === undefined) return "No event is about this user.";
  if (another !== undefined) return "More than one pseudonym begins like this: give more of it.";
  return whole.set("user_id_hash", found);
}

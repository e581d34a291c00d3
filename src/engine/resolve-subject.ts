/** Whom a dashboard is about, from what a reader can know of it. */
import type { Subject, SubjectValues } from "../dashboard/subject.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import type { EventField } from "../event/event.ts";
import type { EventTable } from "./event-reader.ts";
import { completionsOf } from "./run-events.ts";

const FULL_PSEUDONYM = /^[0-9a-f]{64}$/;

/** The user of a session; nothing where its events name none, or several. */
async function userOf(table: EventTable, session: string): Promise<string | undefined> {
  const rows = await table.query(
    `SELECT DISTINCT user_id_hash AS user FROM event WHERE session_id = ${duckdbLexicon.string(session)} AND user_id_hash <> '' LIMIT 2`,
  );
  return rows.length === 1 ? String(rows[0]?.["user"]) : undefined;
}

async function impliedBy(table: EventTable, given: SubjectValues): Promise<SubjectValues> {
  const session = given.get("session_id");
  if (session === undefined || given.has("user_id_hash")) return new Map();
  const user = await userOf(table, session);
  return user === undefined ? new Map() : new Map([["user_id_hash", user]]);
}

/**
 * The subject with whole pseudonyms, because pages show only the beginning of one, and with the user of
 * a session that was given alone.
 *
 * @returns A text where a beginning fits no user of the store, or more than one.
 */
export async function resolveSubject(
  table: EventTable,
  named: ReadonlyMap<EventField, string>,
): Promise<Subject | string> {
  const given = new Map(named);
  const start = named.get("user_id_hash")?.toLowerCase();
  if (start !== undefined && !FULL_PSEUDONYM.test(start)) {
    if (!/^[0-9a-f]{8,63}$/.test(start))
      return "A user is given by a pseudonym: its first 8 hex digits at least, as the pages show it.";
    const [found, another] = await completionsOf(table, "user_id_hash", start);
    if (found === undefined) return "No event is about this user.";
    if (another !== undefined) return "More than one pseudonym begins like this: give more of it.";
    given.set("user_id_hash", found);
  }
  return { given, implied: await impliedBy(table, given) };
}

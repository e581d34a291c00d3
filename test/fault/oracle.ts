/**
 * The judge of every fault test. It compares what senders were told was taken with the journal, and the
 * journal with what each product holds: nothing lost, nothing unaccounted, nothing altered, nothing made up.
 */
import { isDeepStrictEqual } from "node:util";
import { readLetters } from "../../src/journal/dead-letter.ts";
import { readJournal, verifyJournal } from "../../src/journal/read.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One event as a product holds it. */
export interface Held {
  readonly event_id: string;
  /** The canonical event that it carries; further fields beside it are the product's own. */
  readonly event: Fields;
  readonly seq: number;
  readonly hash: string;
}

/** What one sink has to show. */
export interface Account {
  readonly name: string;
  /** In order of arrival; duplicates repeat. */
  readonly held: readonly Held[];
  /** Which events the sink gets; all when absent. */
  readonly matches?: (event: Fields) => boolean;
}

/** An event that was offered, as its sender wrote it, and whether the sender was told that it is taken. */
export interface Offered {
  readonly event: Fields;
  acknowledged: boolean;
}

export interface SinkFigures {
  /** Distinct events. */
  readonly delivered: number;
  /** Arrivals beyond the first of the same record. */
  readonly duplicates: number;
  readonly deadLetters: number;
}

export interface Verdict {
  /** What is wrong, in words; nothing when all is well. */
  readonly problems: readonly string[];
  readonly acknowledged: number;
  readonly sinks: Readonly<Record<string, SinkFigures>>;
}

interface Kept {
  readonly seq: number;
  readonly hash: string;
  readonly event: Fields;
}

/** Of many problems of one kind the first ones are enough. */
const TOLD_MAX = 5;

/** The journal's events by event_id; a sender that sends again makes more than one record of an event. */
export async function journaledEvents(folder: string): Promise<ReadonlyMap<string, Kept[]>> {
  const found = new Map<string, Kept[]>();
  for await (const { kind, seq, hash, body } of readJournal(folder)) {
    if (kind !== "event") continue;
    const event = JSON.parse(body) as Fields;
    const id = String(event["event_id"]);
    const records = found.get(id) ?? [];
    records.push({ seq, hash, event });
    found.set(id, records);
  }
  return found;
}

/** event_ids of a sink's dead letters. */
export async function deadLetterIds(folder: string, sink: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { letter } of readLetters(folder, sink))
    if (letter !== undefined) ids.add(letter.event_id);
  return ids;
}

/** The first field of `inner` that `outer` has not, or has otherwise. */
function differs(inner: Fields, outer: Fields): string | undefined {
  return Object.keys(inner).find((field) => !isDeepStrictEqual(inner[field], outer[field]));
}

function told(problems: readonly string[], what: string): readonly string[] {
  if (problems.length === 0) return [];
  return [`${problems.length} ${what}: ${problems.slice(0, TOLD_MAX).join("; ")}`];
}

/** What stands between senders and the journal. */
function judgeIntake(
  offered: ReadonlyMap<string, Offered>,
  journal: ReadonlyMap<string, readonly Kept[]>,
): readonly string[] {
  const lost: string[] = [];
  const altered: string[] = [];
  for (const [id, { event, acknowledged }] of offered) {
    const records = journal.get(id);
    if (records === undefined && acknowledged) lost.push(id);
    for (const record of records ?? []) {
      const field = differs(event, record.event);
      if (field !== undefined) altered.push(`${id} (${field})`);
    }
  }
  const unknown = [...journal.keys()].filter((id) => !offered.has(id));
  return [
    ...told(lost, "acknowledged and not in the journal"),
    ...told(altered, "other in the journal than they were sent"),
    ...told(unknown, "in the journal that nobody sent"),
  ];
}

/** What stands between the journal and one product. */
function judgeSink(
  account: Account,
  letters: ReadonlySet<string>,
  journal: ReadonlyMap<string, readonly Kept[]>,
): { readonly problems: readonly string[]; readonly figures: SinkFigures } {
  const arrivals = new Set<string>();
  const ids = new Set<string>();
  const altered: string[] = [];
  for (const { event_id, event, seq, hash } of account.held) {
    const record = journal.get(event_id)?.find((one) => one.seq === seq);
    if (record === undefined) altered.push(`${event_id} (record ${seq} is not in the journal)`);
    else if (record.hash !== hash) altered.push(`${event_id} (hash)`);
    else {
      const field = differs(record.event, event);
      if (field !== undefined) altered.push(`${event_id} (${field})`);
    }
    arrivals.add(`${event_id} ${seq}`);
    ids.add(event_id);
  }
  const missing: string[] = [];
  const unwanted: string[] = [];
  for (const [id, [first]] of journal) {
    const isMeant = first !== undefined && (account.matches?.(first.event) ?? true);
    if (isMeant && !ids.has(id) && !letters.has(id)) missing.push(id);
    if (!isMeant && ids.has(id)) unwanted.push(id);
  }
  const problems = [
    ...told(missing, "neither delivered nor a dead letter"),
    ...told(altered, "other than in the journal"),
    ...told(unwanted, "delivered against the filter"),
  ].map((problem) => `sink ${account.name}: ${problem}`);
  const duplicates = account.held.length - arrivals.size;
  return { problems, figures: { delivered: ids.size, duplicates, deadLetters: letters.size } };
}

/**
 * Judges a connector that has stopped and had caught up before.
 *
 * @param folder Folder of its journal.
 */
export async function judge(
  folder: string,
  offered: ReadonlyMap<string, Offered>,
  accounts: readonly Account[],
): Promise<Verdict> {
  const { problem } = await verifyJournal(folder);
  const journal = await journaledEvents(folder);
  const problems = [...judgeIntake(offered, journal)];
  if (problem !== undefined) problems.push(`the journal: ${problem.message}`);
  const sinks: Record<string, SinkFigures> = {};
  for (const account of accounts) {
    const letters = await deadLetterIds(folder, account.name);
    const judged = judgeSink(account, letters, journal);
    problems.push(...judged.problems);
    sinks[account.name] = judged.figures;
  }
  const acknowledged = [...offered.values()].filter((one) => one.acknowledged).length;
  return { problems, acknowledged, sinks };
}

/** A moment at which nothing ran: how far a sink's cursor said it was, and what the product held. */
export interface Standstill {
  readonly sink: string;
  readonly cursor: number;
  readonly aheadRanges: readonly (readonly [number, number])[];
  /** How many of the product's arrivals there were. */
  readonly held: number;
  /** Dead letters that were durable. */
  readonly letters: ReadonlySet<string>;
}

/** Cursors that said more than was so. A cursor may lag, never lead. */
export async function leadingCursors(
  folder: string,
  accounts: readonly Account[],
  moments: readonly Standstill[],
): Promise<readonly string[]> {
  const journal = await journaledEvents(folder);
  const problems: string[] = [];
  for (const { sink, cursor, aheadRanges, held, letters } of moments) {
    const account = accounts.find(({ name }) => name === sink);
    const ids = new Set(account?.held.slice(0, held).map(({ event_id }) => event_id));
    for (const [id, records] of journal) {
      const [first] = records;
      if (first === undefined || account?.matches?.(first.event) === false) continue;
      const isPassed = records.some(
        ({ seq }) => seq <= cursor || aheadRanges.some(([from, to]) => from <= seq && seq <= to),
      );
      if (isPassed && !ids.has(id) && !letters.has(id))
        problems.push(`${sink} at ${cursor}: ${id}`);
    }
  }
  return told(problems, "passed by a cursor before they were there");
}

/** `claude-siem journal cat`: the journal's events as NDJSON, around whatever is damaged. */
import { fileSpan, report, type Span } from "../../diagnostic/diagnostic.ts";
import * as commandMessage from "../../diagnostic/message/command.ts";
import * as journalMessage from "../../diagnostic/message/journal.ts";
import type { AuditEvent } from "../../event/event.ts";
import type { Feed, FeedItem } from "../../journal/feed.ts";
import { openFolderFeed } from "../../journal/feed-reader.ts";
import { nodeFileSystem } from "../../journal/file-system.ts";
import { type JournalRecord, renderRecord } from "../../journal/record.ts";
import { listSegments } from "../../journal/segment.ts";
import type { Arguments } from "../arguments.ts";
import { type Context, tell, write } from "../context.ts";
import { eventSelection } from "../event-selection.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, reading } from "../failure.ts";

const BLOCK = { records: 1000, bytes: 1_000_000 };

/** A whole number of an option, at least `least`. */
function wholeNumber(args: Arguments, name: string, least: number, absent: number): number {
  const text = args.text(name);
  if (text === undefined) return absent;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  const known = [`a whole number from ${least} on`];
  const wrong = { option: `--${name}`, value: text, known };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(name), wrong)], 2);
}

async function* items(feed: Feed, folder: string, span: Span): AsyncGenerator<readonly FeedItem[]> {
  const { signal } = new AbortController();
  for (;;) {
    const block = await reading(folder, span, () => feed.next(BLOCK, signal));
    if (block.length === 0) return;
    yield block;
  }
}

async function openFolder(folder: string, after: number): Promise<Feed> {
  const segments = await listSegments(nodeFileSystem, folder);
  if (segments.length > 0) return openFolderFeed(nodeFileSystem, folder, after);
  const reason = "it has no segments";
  throw new CommandFailure([report(journalMessage.notAJournal, fileSpan(folder), { reason })], 4);
}

const SELECTING = ["where", "since", "until", "hour"] as const;

/** Records of the events that the options name; of all kinds, where they name none. */
function recordSelection(args: Arguments, now: number): (record: JournalRecord) => boolean {
  if (SELECTING.every((name) => args.text(name) === undefined)) return () => true;
  const isSelected = eventSelection(args, now);
  return ({ kind, body }) => kind === "event" && isSelected(JSON.parse(body) as AuditEvent);
}

export async function cat(folder: string, args: Arguments, context: Context): Promise<ExitCode> {
  const from = wholeNumber(args, "from", 0, 0);
  const limit = wholeNumber(args, "limit", 1, Number.POSITIVE_INFINITY);
  const whole = args.flag("records");
  const isSelected = recordSelection(args, context.now());
  const feed = await reading(folder, args.spanOf(folder), () => openFolder(folder, from - 1));
  let written = 0;
  let damaged = false;
  try {
    for await (const block of items(feed, folder, args.spanOf(folder))) {
      let text = "";
      for (const item of block) {
        if (written >= limit) break;
        if (item.kind === "damage") {
          damaged = true;
          await tell(context, [item.problem]);
        } else if ((whole || item.record.kind === "event") && isSelected(item.record)) {
          text += whole ? renderRecord(item.record) : `${item.record.body}\n`;
          written += 1;
        }
      }
      await write(context.stdout, text);
      if (written >= limit) break;
    }
  } finally {
    await feed.close();
  }
  return damaged ? EXIT.integrity : EXIT.ok;
}

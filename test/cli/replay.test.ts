import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLetters } from "../../src/journal/dead-letter.ts";
import { thisProcess } from "../../src/journal/lock.ts";
import { eventId, journaled } from "../conformance/event.ts";
import { KEYS } from "../sink/elasticsearch/open.ts";
import type { FakeElasticsearch } from "../wire/fake-elasticsearch.ts";
import { ElasticSite } from "./elastic-site.ts";

let site: ElasticSite;
let fake: FakeElasticsearch;

beforeEach(async () => {
  site = await ElasticSite.open();
  fake = site.fake;
  site.configureElastic(", delivery: {batch_age: 20ms, backoff: 20ms}");
});

afterEach(() => site.close());

const journalFolder = (): string => join(site.folder, "data", "journal");

async function lettersOf(box: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { letter } of readLetters(journalFolder(), box))
    if (letter !== undefined) ids.push(letter.event_id);
  return ids;
}

const bad = (id: string): boolean => /[0-9]{11}[1-3]$/.test(id);

/** Ten events of which the first three become dead letters; the connector goes on running. */
async function begin(): Promise<void> {
  fake.breakItems((id) => (bad(id) ? "mapping" : undefined));
  const connector = await site.start();
  await connector.appendBatch(Array.from({ length: 9 }, (_, n) => journaled(n + 1).event));
  await connector.caughtUp();
  expect(await lettersOf("elastic")).toEqual([1, 2, 3].map(eventId));
}

const replay = (...words: readonly string[]) => site.run("journal", "replay", ...words);

describe("claude-siem journal replay", () => {
  it("sends dead letters again, also while the connector runs, and once only", async () => {
    await begin();
    fake.breakItems(undefined);
    const first = await replay("--sink", "elastic");
    expect(first).toMatchObject({ exit: 0, stderr: "" });
    expect(first.stdout).toBe("3 dead letters: 3 delivered, 0 refused.\n");
    expect(await lettersOf("elastic")).toEqual([]);
    expect([...fake.eventIds()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(eventId));
    const second = await replay("--sink", "elastic");
    expect(second).toMatchObject({ exit: 0, stdout: "No dead letters wait.\n" });
  });

  it("keeps what is refused once more, beside the connector's own box", async () => {
    await begin();
    fake.breakItems((id) => (id.endsWith("2") ? "mapping" : undefined));
    const before = readFileSync(join(journalFolder(), "dead-letter", "elastic.ndjson"), "utf8");
    const first = await replay("--sink", "elastic", "--format", "json");
    expect(first.exit).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({
      ...{ source: "letters", given: 3, delivered: 2, refused: 1, complete: true },
      refusals: [{ event_id: eventId(2) }],
    });
    expect(await lettersOf("elastic")).toEqual([]);
    expect(await lettersOf("elastic.repair")).toEqual([eventId(2)]);
    expect(readFileSync(join(journalFolder(), "dead-letter", "elastic.ndjson"), "utf8")).toBe(
      before,
    );
    fake.breakItems(undefined);
    const second = await replay("--sink", "elastic");
    expect(second).toMatchObject({ exit: 0, stdout: "1 dead letter: 1 delivered, 0 refused.\n" });
    expect(await lettersOf("elastic.repair")).toEqual([]);
  });

  it("leaves every letter where nothing is taken, and says what to do", async () => {
    await begin();
    await site.stop();
    fake.breakItems(undefined);
    fake.revoke(`ApiKey ${KEYS.ES_WRITER}`);
    const held = await replay("--sink", "elastic");
    expect(held.exit).toBe(3);
    expect(held.stdout).toContain("It stopped early: 3 dead letters read and not settled");
    expect(held.stderr).toMatch(/U924: Sink "elastic": .*401/);
    expect(await lettersOf("elastic")).toEqual([1, 2, 3].map(eventId));
    await fake.inject({ kind: "refused" });
    const gone = await replay("--sink", "elastic", "--patience", "300ms");
    expect(gone.exit).toBe(3);
    expect(gone.stderr).toContain("nothing was delivered any more");
    expect(await lettersOf("elastic")).toEqual([1, 2, 3].map(eventId));
  });

  it("passes a line that is no letter, and says so", async () => {
    await begin();
    await site.stop();
    fake.breakItems(undefined);
    appendFileSync(join(journalFolder(), "dead-letter", "elastic.ndjson"), '{"seq":\n');
    const { exit, stdout, stderr } = await replay("--sink", "elastic");
    expect(stdout).toBe("3 dead letters: 3 delivered, 0 refused.\n");
    expect(stderr).toContain("J610");
    expect(exit).toBe(1);
    expect((await replay("--sink", "elastic")).stdout).toBe("No dead letters wait.\n");
  });

  it("sends a part of the journal by number or by time", async () => {
    await begin();
    await site.stop();
    fake.breakItems(undefined);
    fake.lose(new Set(Array.from({ length: 9 }, (_, n) => eventId(n + 1))));
    const byNumber = await replay("--sink", "elastic", "--from", "2", "--to", "4");
    expect(byNumber.stdout).toBe("3 events: 3 delivered, 0 refused.\n");
    expect([...fake.eventIds()].sort()).toEqual([2, 3, 4].map(eventId));
    const range = ["--since", "2026-03-02T09:30:04Z", "--until", "2026-03-02T09:30:06Z"];
    const byTime = await replay("--sink", "elastic", ...range);
    expect(byTime.stdout).toBe("2 events: 2 delivered (1 were there already), 0 refused.\n");
    expect([...fake.eventIds()].sort()).toEqual([2, 3, 4, 5].map(eventId));
    const nothing = await replay("--sink", "elastic", "--from", "500");
    expect(nothing.stdout).toBe("The journal has no such events.\n");
  });

  it("sends again only one command at a time", async () => {
    await begin();
    const folder = join(journalFolder(), "dead-letter");
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, "elastic.repair.lock"), `${JSON.stringify(thisProcess())}\n`);
    const { exit, stderr } = await replay("--sink", "elastic");
    expect(exit).toBe(3);
    expect(stderr).toContain("U927");
  });

  it.each([
    [["--sink", "elastic", "--from", "5", "--to", "2"], "U926: Record 2 is before record 5"],
    [["--sink", "elastic", "--from", "5", "--since", "1h"], "U926: Records are chosen by"],
    [["--sink", "elastic", "--until", "1h"], "U926: --until alone"],
    [["--sink", "elastic", "--from", "first"], 'U904: "first" is not a value of --from'],
    [["--sink", "elastic", "--since", "yesterday"], 'U925: "yesterday" is no time for --since'],
    [["--sink", "other"], 'U921: The configuration has no sink "other"'],
    [[], "U905: --sink is missing"],
    [["data/journal", "--sink", "elastic"], "U906"],
  ])("refuses %j", async (words, message) => {
    const { exit, stderr } = await replay(...words);
    expect(stderr).toContain(message);
    expect(exit).toBe(2);
  });
});

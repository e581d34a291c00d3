/** Where the demo works, and what it works with. */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createIntake, type Intake } from "../../delivery/intake.ts";
import { fileSpan, type Result } from "../../diagnostic/diagnostic.ts";
import { parseCalendar } from "../../enrich/calendar.ts";
import { parseClearances } from "../../enrich/clearance.ts";
import { createEnricher } from "../../enrich/enrich.ts";
import { parsePrices } from "../../enrich/price.ts";
import { Journal } from "../../journal/journal.ts";
import { createPolicy, type Policy } from "../../policy/policy.ts";
import { createPseudonymiser, type Pseudonymiser, parseKey } from "../../policy/pseudonym.ts";
import {
  renderCalendar,
  renderClearances,
  renderPrices,
  sampleContext,
} from "../../sample/context.ts";
import { generateSample, type SampleOptions } from "../../sample/generate.ts";
import { generateNoise } from "../../sample/noise.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";

/** The demo's company and period; its log crosses the change of clocks in America. */
export const demoSample: SampleOptions = { endsOn: "2026-03-18" };

export interface Workspace {
  readonly folder: string;
  readonly log: string;
  readonly journalFolder: string;
  readonly intake: Intake;
  readonly journal: Journal;
  readonly policy: Policy;
  readonly pseudonymiser: Pseudonymiser;
}

function* logLines(): Generator<string> {
  for (const event of generateSample(demoSample)) yield `${JSON.stringify(event)}\n`;
  for (const { text } of generateNoise(demoSample)) yield `${text}\n`;
}

/** Joins small texts, so that the file is written in large pieces. */
function* gathered(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < 262_144) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function valueOrFail<T>(result: Result<T>): T {
  if (!result.ok) throw new CommandFailure(result.diagnostics, 2);
  return result.value;
}

/** Writes the company's log and context, as a customer would have them, and opens a fresh journal. */
export async function prepareWorkspace(folder: string, context: Context): Promise<Workspace> {
  const contextFolder = join(folder, "context");
  const journalFolder = join(folder, "journal");
  const log = join(folder, "log.ndjson");
  await mkdir(contextFolder, { recursive: true });
  await rm(journalFolder, { recursive: true, force: true });
  const sample = sampleContext(demoSample);
  await writeFile(join(contextFolder, "calendar.yaml"), renderCalendar(sample));
  await writeFile(join(contextFolder, "clearances.csv"), renderClearances(sample));
  await writeFile(join(contextFolder, "prices.yaml"), renderPrices(sample));
  await pipeline(gathered(logLines()), createWriteStream(log));

  const key = Buffer.from(context.random(32)).toString("hex");
  const pseudonymiser = createPseudonymiser(valueOrFail(parseKey(key, fileSpan("demo key"))));
  const read = (name: string): Promise<string> => readFile(join(contextFolder, name), "utf8");
  const enricher = createEnricher({
    calendar: valueOrFail(parseCalendar(await read("calendar.yaml"), "calendar.yaml")),
    clearances: valueOrFail(
      parseClearances(await read("clearances.csv"), "clearances.csv", { hasher: pseudonymiser }),
    ),
    prices: valueOrFail(parsePrices(await read("prices.yaml"), "prices.yaml")),
    hasher: pseudonymiser,
  });
  const policy = createPolicy({ pseudonymiser });
  const journal = valueOrFail(
    await Journal.open({ folder: journalFolder, now: context.now, random: context.random }),
  );
  const intake = createIntake({ enricher, policy, journal });
  return { folder, log, journalFolder, intake, journal, policy, pseudonymiser };
}

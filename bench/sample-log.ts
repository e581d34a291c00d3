/** A large sample log as it stands in a journal: context stamped, users replaced by pseudonyms. */
import { hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Result } from "../src/diagnostic/diagnostic.ts";
import { parseCalendar } from "../src/enrich/calendar.ts";
import { parseClearances } from "../src/enrich/clearance.ts";
import { createEnricher } from "../src/enrich/enrich.ts";
import { parsePrices } from "../src/enrich/price.ts";
import { createPolicy } from "../src/policy/policy.ts";
import { createPseudonymiser, parseKey } from "../src/policy/pseudonym.ts";
import {
  renderCalendar,
  renderClearances,
  renderPrices,
  sampleContext,
} from "../src/sample/context.ts";
import { generateSample } from "../src/sample/generate.ts";

/** People of the sample company for each thousand events of its 45 days. */
const USERS_PER_THOUSAND = 2.1;

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** Writes `count` events, equal for equal counts. */
export async function writeSampleLog(path: string, count: number): Promise<void> {
  const users = Math.max(200, Math.round((count * USERS_PER_THOUSAND) / 1000));
  const options = { endsOn: "2026-03-18", users };
  const sample = sampleContext(options);
  const name = hash("sha256", "the key of a sample");
  const key = parseKey(name, { file: "bench", line: 1, column: 1, length: 1 });
  const pseudonymiser = createPseudonymiser(orThrow(key));
  const enricher = createEnricher({
    calendar: orThrow(parseCalendar(renderCalendar(sample), "calendar.yaml")),
    clearances: orThrow(
      parseClearances(renderClearances(sample), "clearances.csv", { hasher: pseudonymiser }),
    ),
    prices: orThrow(parsePrices(renderPrices(sample), "prices.yaml")),
    hasher: pseudonymiser,
  });
  const policy = createPolicy({ pseudonymiser });
  function* pieces(): Generator<string> {
    let piece = "";
    let written = 0;
    for (const event of generateSample(options)) {
      if (written >= count) break;
      piece += `${JSON.stringify(policy.applyPolicy(enricher.enrich(event)))}\n`;
      written += 1;
      if (piece.length < 262_144) continue;
      yield piece;
      piece = "";
    }
    if (written < count) throw new Error(`the sample has ${written} events, not ${count}`);
    yield piece;
  }
  await pipeline(pieces(), createWriteStream(path));
}

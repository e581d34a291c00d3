/** One test event through a sink, and found again where the product can be asked. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { CheckFinding, EncodedRecord, Inventory, Sink } from "../../delivery/sink.ts";
import { fileSpan } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import { GENESIS_HASH } from "../../journal/record.ts";
import { createPolicy } from "../../policy/policy.ts";
import { createPseudonymiser, parseKey } from "../../policy/pseudonym.ts";
import { compilePredicate } from "../../rule/match.ts";
import type { ConnectorConfig } from "../config.ts";
import type { ConfiguredSink } from "../config-table.ts";
import { createSecretReader } from "../secret.ts";
import { makeTestEvent } from "../test-event.ts";
import type { World } from "../world.ts";
import { failed, ok, reasonOf, warning } from "./check.ts";

const MINUTE_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const PAUSE_MS_MAX = 10_000;

/** Kinds whose files one process at a time may write. */
const OWN_FILES: ReadonlySet<string> = new Set(["file", "embedded"]);
const ADVICE = "Mend what the reason names, then try again.";

/** The event as policy lets it pass; it is in no journal, so it has no place in a chain. */
export function testEventFor(config: ConnectorConfig, world: World): CanonicalEvent {
  const readSecret = createSecretReader({ environment: world.environment, warn: () => {} });
  const key = parseKey(readSecret(config.pseudonym.key), fileSpan("the key of pseudonyms"));
  if (!key.ok) throw new Error(key.diagnostics.map(({ message }) => message).join("; "));
  const pseudonymiser = createPseudonymiser(key.value, config.pseudonym.mode);
  const policy = createPolicy({ pseudonymiser, contentLogging: config.content_logging });
  const { deployment } = config;
  const event = makeTestEvent(world.clock.now(), world.random);
  return policy.applyPolicy({ ...event, ...(deployment !== undefined && { deployment }) });
}

function outcomeFinding(outcome: RecordOutcome | undefined): CheckFinding | undefined {
  switch (outcome?.kind) {
    case "delivered":
      return outcome.setAside === undefined
        ? undefined
        : warning(
            `the product put the test event into a quarantine of its own: ${outcome.setAside}`,
            "Look into the product's failure store and mend the mapping.",
          );
    case "hold":
      return failed(`the test event was not taken: ${outcome.reason}`, outcome.instruction);
    case "retry":
    case "split":
    case "quarantine":
      return failed(`the test event was not taken: ${outcome.reason}`, ADVICE);
    case undefined:
      return failed("the sink gave no outcome for the test event", "Report this defect.");
  }
}

async function isThere(
  inventory: Inventory,
  { event_id, time }: EncodedRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const from = Math.floor(time / MINUTE_MS) * MINUTE_MS;
  for await (const id of inventory.eventIds(from, from + MINUTE_MS, signal))
    if (id === event_id) return true;
  return false;
}

/** Asks for the event until it is there or `waitMs` has passed. */
async function findAgain(
  inventory: Inventory,
  record: EncodedRecord,
  { clock }: World,
  waitMs: number,
  signal: AbortSignal,
): Promise<CheckFinding> {
  const started = clock.monotonic();
  let pause = FIRST_PAUSE_MS;
  try {
    for (;;) {
      const there = await isThere(inventory, record, signal);
      const passed = clock.monotonic() - started;
      if (there) return ok(`the test event was found again after ${(passed / 1000).toFixed(1)} s`);
      if (passed >= waitMs || signal.aborted) break;
      const ms = Math.min(pause, waitMs - passed);
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      pause = Math.min(pause * 2, PAUSE_MS_MAX);
    }
  } catch (cause) {
    return failed(`the product cannot be asked for the test event: ${reasonOf(cause)}`, ADVICE);
  }
  const what = `the test event ${record.event_id} was taken and not found within ${Math.round(waitMs / 1000)} s`;
  return warning(
    what,
    "Some products show late what they took: wait longer with --wait, or search for the id there.",
  );
}

export interface SendTestOptions {
  readonly config: ConnectorConfig;
  readonly configured: ConfiguredSink;
  readonly sink: Sink;
  readonly world: World;
  readonly isRunning: boolean;
  /** How long the product may take to show the event, milliseconds. */
  readonly waitMs: number;
}

export async function sendTest(
  { config, configured, sink, world, isRunning, waitMs }: SendTestOptions,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { where } = configured;
  const event = testEventFor(config, world);
  if (where !== undefined && !compilePredicate(where.predicate)(event))
    return [ok("no test event was sent: `where` leaves it out")];
  if (isRunning && OWN_FILES.has(sink.kind))
    return [ok("no test event was sent: the connector that runs writes these files alone")];
  const record = sink.encode({ seq: 0, hash: GENESIS_HASH, event });
  if ("reason" in record) return [failed(`the test event has no form: ${record.reason}`, ADVICE)];
  const { clock } = world;
  const started = clock.monotonic();
  const [outcome] = await sink.send([record], signal);
  const problem = outcomeFinding(outcome);
  if (problem !== undefined) return [problem];
  const taken = ok(`a test event was taken in ${Math.ceil(clock.monotonic() - started)} ms`);
  if (sink.inventory === undefined)
    return [
      taken,
      ok("it was not looked for: the product cannot be asked with this configuration"),
    ];
  return [taken, await findAgain(sink.inventory, record, world, waitMs, signal)];
}

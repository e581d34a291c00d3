/**
 * `npm run bench`: how fast the hot path is on this machine, as ratios to REF.
 *
 * REF is the least a pipeline of events can do: per event bytes → text → JSON.parse → JSON.stringify →
 * bytes into a prepared buffer. Every other figure is REF's time divided by the variant's, taken in
 * interleaved rounds of one process; only such ratios can be compared between machines and days.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { AuditEvent } from "../src/event/event.ts";
import { isStrictEvent } from "../src/generated/event-validator.ts";
import { applyMapping } from "../src/mapping/apply-mapping.ts";
import { normalize } from "../src/mapping/normalize.ts";
import { parseMapping } from "../src/mapping/parse-mapping.ts";
import { targets } from "../src/mapping/schema.ts";
import { type Corpus, makeCorpus } from "./corpus.ts";

const EVENTS = 40_000;
const ROUNDS = 9;

/** What is done to one event; returns the text to write, if any. */
interface Variant {
  readonly name: string;
  /** Lowest ratio to REF that is accepted, where there is such a bound. */
  readonly least?: number;
  readonly run: (event: AuditEvent) => string;
}

function loadEcs(): ReturnType<typeof parseMapping> {
  const file = new URL("../mappings/ecs.yaml", import.meta.url);
  return parseMapping(readFileSync(file, "utf8"), "mappings/ecs.yaml");
}

function validated(event: AuditEvent): AuditEvent {
  if (!isStrictEvent(event))
    throw new Error(`the corpus holds an invalid event: ${JSON.stringify(event)}`);
  return event;
}

function variants(): readonly Variant[] {
  const ecs = loadEcs();
  if (!ecs.ok) throw new Error("mappings/ecs.yaml has errors");
  return [
    { name: "REF: parse, stringify, write", run: (event) => JSON.stringify(event) },
    {
      name: "parse and validate",
      least: 1,
      run: (event) => {
        validated(event);
        return "";
      },
    },
    ...targets.map((target) => ({
      name: `validate and normalize for ${target}`,
      least: 0.65,
      run: (event: AuditEvent) => normalize(validated(event), target),
    })),
    {
      name: "validate and normalize for all three",
      least: 0.4,
      run: (event) => {
        validated(event);
        return `${normalize(event, "elastic")}\n${normalize(event, "sentinel")}\n${normalize(event, "splunk")}`;
      },
    },
    {
      name: "validate and interpret the mapping for elastic",
      run: (event) => JSON.stringify(applyMapping(ecs.value, validated(event))),
    },
  ];
}

/** Milliseconds for one pass over the corpus. */
function pass(corpus: Corpus, { run }: Variant, output: Buffer): number {
  const { bytes, starts, ends } = corpus;
  const begun = performance.now();
  for (let index = 0; index < starts.length; index += 1) {
    const line = bytes.toString("utf8", starts[index] ?? 0, ends[index] ?? 0);
    const text = run(JSON.parse(line) as AuditEvent);
    output.write(text, 0, "utf8");
  }
  return performance.now() - begun;
}

/**
 * A running pipeline always has events in flight. Without any, a full collection between two passes
 * would discard the engine's knowledge of their shapes, and passes would measure its recovery.
 */
function inFlight({ bytes, starts, ends }: Corpus): readonly unknown[] {
  return starts
    .slice(0, 500)
    .map((start, index) => JSON.parse(bytes.toString("utf8", start, ends[index])));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function main(): void {
  const corpus = makeCorpus(EVENTS);
  const live = inFlight(corpus);
  const output = Buffer.alloc(1 << 20);
  const all = variants();
  const times = all.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, variant] of all.entries()) {
      globalThis.gc?.();
      const ms = pass(corpus, variant, output);
      // The first round warms the code up.
      if (round >= 0) times[index]?.push(ms);
    }
  }
  const reference = median(times[0] ?? []);
  const [cpu] = cpus();
  const meanBytes = Math.round(corpus.bytes.length / EVENTS);
  process.stdout.write(
    `${live.length > 0 ? "" : "no events\n"}${cpu?.model.trim()} × ${cpus().length}, Node ${process.version}, ` +
      `${EVENTS} events of ${meanBytes} bytes, medians of ${ROUNDS} interleaved rounds\n\n`,
  );
  for (const [index, { name, least }] of all.entries()) {
    const ms = median(times[index] ?? []);
    const ratio = reference / ms;
    const bound =
      least === undefined ? "" : `  ≥ ${least.toFixed(2)} ${ratio >= least ? "ok" : "TOO SLOW"}`;
    process.stdout.write(
      `${name.padEnd(48)} ${ratio.toFixed(2)} × REF ${String(Math.round(EVENTS / ms)).padStart(5)}k events/s${bound}\n`,
    );
    if (least !== undefined && ratio < least) process.exitCode = 1;
  }
}

main();

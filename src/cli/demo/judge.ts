/** From the journal: documents for three SIEMs, alerts, and how the alerts compare with what was planted. */
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { detect } from "../../engine/detect.ts";
import type { Store, StoredEvent } from "../../engine/store.ts";
import type { AuditEvent } from "../../event/event.ts";
import { readJournal } from "../../journal/read.ts";
import { normalize } from "../../mapping/normalize.ts";
import { type Target, targets } from "../../mapping/schema.ts";
import type { Alert, RuleIr } from "../../rule/ir.ts";
import { plantedIncidents } from "../../sample/generate.ts";
import type { PlantedIncident } from "../../sample/incident.ts";
import { demoSample, type Workspace } from "./workspace.ts";

export interface NormalizedTarget {
  readonly target: Target;
  readonly documents: number;
  readonly bytes: number;
}

/** Documents of each target that are kept for looking at; all are made. */
export const KEPT_DOCUMENTS = 500;

/**
 * Reads the journal once: every event is mapped for every target and goes on to the store. `onEvent`
 * is told how many there were.
 */
async function* mapAll(
  workspace: Workspace,
  sums: Map<Target, { documents: number; bytes: number }>,
  onEvent: (events: number) => void,
): AsyncGenerator<StoredEvent> {
  const folder = join(workspace.folder, "normalized");
  await mkdir(folder, { recursive: true });
  const files = new Map<Target, Awaited<ReturnType<typeof open>>>();
  for (const target of targets)
    files.set(target, await open(join(folder, `${target}.ndjson`), "w"));
  let events = 0;
  for await (const { kind, body, seq, hash } of readJournal(workspace.journalFolder)) {
    if (kind !== "event") continue;
    const event = JSON.parse(body) as AuditEvent;
    for (const target of targets) {
      const document = normalize(event, target, { chain_seq: seq, chain_hash: hash });
      const sum = sums.get(target);
      if (sum === undefined) continue;
      sum.documents += 1;
      sum.bytes += Buffer.byteLength(document) + 1;
      if (sum.documents <= KEPT_DOCUMENTS) await files.get(target)?.write(`${document}\n`);
    }
    events += 1;
    onEvent(events);
    yield { event, json: body };
  }
  for (const file of files.values()) await file.close();
}

export interface Judgement {
  readonly normalized: readonly NormalizedTarget[];
  readonly alerts: readonly Alert[];
}

/** Maps everything, loads the store and runs the rules. */
export async function judge(
  workspace: Workspace,
  store: Store,
  rules: readonly RuleIr[],
  onEvent: (events: number) => void,
): Promise<Judgement> {
  const sums = new Map(targets.map((target) => [target, { documents: 0, bytes: 0 }]));
  await store.load(mapAll(workspace, sums, onEvent));
  await store.seal();
  const alerts = await detect(store, rules, { suppress: true });
  const lines = alerts.map((alert) => `${JSON.stringify(alert)}\n`).join("");
  await writeFile(join(workspace.folder, "alerts.ndjson"), lines);
  return { alerts, normalized: [...sums].map(([target, sum]) => ({ target, ...sum })) };
}

/** An alert and the planted incident it found, if any. */
export interface MarkedAlert {
  readonly alert: Alert;
  readonly planted?: PlantedIncident;
}

export interface Comparison {
  readonly marked: readonly MarkedAlert[];
  /** Planted incidents that raised no alert of their rule. */
  readonly missed: readonly PlantedIncident[];
  /** Near misses that raised one. */
  readonly disturbed: readonly PlantedIncident[];
  readonly incidents: number;
  readonly nearMisses: number;
}

function isAbout(alert: Alert, planted: PlantedIncident): boolean {
  return (
    alert.rule === planted.rule && alert.event_ids.some((id) => planted.event_ids.includes(id))
  );
}

/** Holds the alerts against what was planted. */
export function compareWithPlanted(alerts: readonly Alert[]): Comparison {
  const planted = plantedIncidents(demoSample);
  const incidents = planted.filter(({ kind }) => kind === "incident");
  const nearMisses = planted.filter(({ kind }) => kind === "near_miss");
  const raised = (one: PlantedIncident): boolean => alerts.some((alert) => isAbout(alert, one));
  return {
    marked: alerts.map((alert) => {
      const found = incidents.find((one) => isAbout(alert, one));
      return { alert, ...(found && { planted: found }) };
    }),
    missed: incidents.filter((one) => !raised(one)),
    disturbed: nearMisses.filter(raised),
    incidents: incidents.length,
    nearMisses: nearMisses.length,
  };
}

import { tmpdir } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { detect } from "../../src/engine/detect.ts";
import { Store } from "../../src/engine/store.ts";
import { parseCalendar } from "../../src/enrich/calendar.ts";
import { parseClearances } from "../../src/enrich/clearance.ts";
import { createEnricher } from "../../src/enrich/enrich.ts";
import type { AuditEvent } from "../../src/event/event.ts";
import type { Alert } from "../../src/rule/ir.ts";
import { renderCalendar, renderClearances, sampleContext } from "../../src/sample/context.ts";
import { generateSample, plantedIncidents, type SampleOptions } from "../../src/sample/generate.ts";
import type { PlantedIncident } from "../../src/sample/incident.ts";
import { loadRule, starterNames } from "../engine/rules.ts";

/** Loading and judging a whole log takes seconds; a busy machine may take longer. */
const PATIENCE_MS = 60_000;

/** What an alert or a planted incident is about, comparable as text. */
function subject({ rule, entity }: Pick<Alert, "rule" | "entity">): string {
  return JSON.stringify([rule, Object.entries(entity).sort()]);
}

/** The log as the starter rules see it after enrichment. */
async function alertsOf(options: SampleOptions): Promise<readonly Alert[]> {
  const context = sampleContext(options);
  const calendar = parseCalendar(renderCalendar(context), "calendar.yaml");
  const clearances = parseClearances(renderClearances(context), "clearances.csv");
  const opened = await Store.open({ temporaryFolder: tmpdir() });
  if (!calendar.ok || !clearances.ok || !opened.ok) throw new Error("The context does not load");
  const enricher = createEnricher({ calendar: calendar.value, clearances: clearances.value });
  async function* enriched(): AsyncGenerator<{ event: AuditEvent; json: string }> {
    for (const event of generateSample(options)) {
      const stamped = enricher.enrich(event);
      yield { event: stamped, json: JSON.stringify(stamped) };
    }
  }
  try {
    await opened.value.load(enriched());
    await opened.value.seal();
    return await detect(opened.value, starterNames.map(loadRule), { suppress: true });
  } finally {
    await opened.value.close();
  }
}

function missed(planted: readonly PlantedIncident[], alerts: readonly Alert[]): readonly string[] {
  const alerted = new Set(alerts.map(subject));
  return planted
    .filter((one) => one.kind === "incident" && !alerted.has(subject(one)))
    .map(({ title }) => title);
}

function raised(planted: readonly PlantedIncident[], alerts: readonly Alert[]): readonly string[] {
  const alerted = new Set(alerts.map(subject));
  return planted
    .filter((one) => one.kind === "near_miss" && alerted.has(subject(one)))
    .map(({ title }) => title);
}

describe("the planted incidents", () => {
  const options = { endsOn: "2026-11-20" };
  const planted = plantedIncidents(options);
  let alerts: readonly Alert[] = [];
  beforeAll(async () => {
    alerts = await alertsOf(options);
  }, PATIENCE_MS);

  it("are an incident and a near miss for each rule", () => {
    for (const kind of ["incident", "near_miss"] as const) {
      const rules = planted.filter((one) => one.kind === kind).map(({ rule }) => rule);
      expect([...new Set(rules)].sort()).toEqual(starterNames);
    }
  });

  it("are in the log, with the events and times that they name", () => {
    const times = new Map([...generateSample(options)].map((event) => [event.event_id, event]));
    for (const { event_ids, from, to, title } of planted) {
      const events = event_ids.map((id) => times.get(id)?.timestamp);
      expect(events, title).not.toContain(undefined);
      expect([events[0], events.at(-1)], title).toEqual([from, to]);
    }
  });

  it("all raise an alert on one of their events; near misses raise none", () => {
    expect(missed(planted, alerts)).toEqual([]);
    expect(raised(planted, alerts)).toEqual([]);
    for (const one of planted.filter(({ kind }) => kind === "incident")) {
      const alert = alerts.find((candidate) => subject(candidate) === subject(one));
      expect(
        alert?.event_ids.some((id) => one.event_ids.includes(id)),
        one.title,
      ).toBe(true);
    }
  });

  it("stand among few alerts of everyday life: surges and late evenings", () => {
    const known = new Set(planted.map(subject));
    const background = alerts.filter((alert) => !known.has(subject(alert)));
    expect(background.length).toBeLessThan(40);
    const rules = new Set(background.map(({ rule }) => rule));
    expect([...rules].sort()).toEqual(["high-volume-user", "off-hours-sensitive-access"]);
  });

  it("lie on the edge that they are about", () => {
    const tokens = new Map<string, number>();
    const activity = [...generateSample(options)];
    for (const { user_id_hash, timestamp, token_input = 0, token_output = 0 } of activity) {
      const key = `${user_id_hash} ${timestamp.slice(0, 10)}`;
      tokens.set(key, (tokens.get(key) ?? 0) + token_input + token_output);
    }
    const edge = planted.find((one) => one.kind === "near_miss" && one.rule === "high-volume-user");
    const { user_id_hash: user, day } = edge?.entity ?? {};
    const past = [...tokens].filter(
      ([key, spent]) => spent > 0 && key.startsWith(`${user}`) && key < `${user} ${day}`,
    );
    const history = past
      .filter(([key]) => Date.parse(key.slice(65)) >= Date.parse(`${day}`) - 30 * 86_400_000)
      .map(([, spent]) => spent);
    const sum = history.reduce((all, one) => all + one, 0);
    const today = tokens.get(`${user} ${day}`) ?? 0;
    expect(today * history.length).toBeLessThanOrEqual(3 * sum);
    expect((today + 1) * history.length).toBeGreaterThan(3 * sum);
  });
});

describe("other companies", () => {
  it.each([
    { seed: "spring", users: 80, days: 28, endsOn: "2026-03-31" },
    { seed: "new year", users: 80, days: 45, endsOn: "2027-01-03" },
    { seed: "no holidays known", users: 120, days: 28, endsOn: "2025-06-15" },
  ])("have the same incidents: $seed", { timeout: PATIENCE_MS }, async (options) => {
    const planted = plantedIncidents(options);
    const alerts = await alertsOf(options);
    expect(missed(planted, alerts)).toEqual([]);
    expect(raised(planted, alerts)).toEqual([]);
  });
});

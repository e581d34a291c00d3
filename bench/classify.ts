// What it costs to give an event its class: µs per event, by table and by how often values repeat.
import { Classifier } from "../src/enrich/classify.ts";
import { type ClassificationTable, parseClassification } from "../src/enrich/classify-table.ts";
import type { AuditEvent } from "../src/event/event.ts";
import type { Provenance } from "../src/event/reach.ts";

const EVENTS = 200_000;
const ROUNDS = 5;

function tableOf(rules: number): ClassificationTable {
  const lines = Array.from({ length: rules }, (_, n) => {
    const kinds = [
      `path: ["area-${n}/**/*.xlsx", "secret-${n}"]`,
      `mcp_server: [server-${n}, "group-${n}-*"]`,
      `project: project-${n}`,
      `department: finance, deployment: "eu-${n}"`,
    ];
    return `  - {id: rule-${n}, class: sensitive, when: {${kinds[n % kinds.length]}}}`;
  });
  const parsed = parseClassification(`rules:\n${lines.join("\n")}\n`, "bench.yaml");
  if (!parsed.ok) throw new Error("the table of the measurement is bad");
  return parsed.value;
}

/** Events as telemetry has them; `values` different paths and servers take turns. */
function eventsOf(values: number): readonly (readonly [AuditEvent, Provenance])[] {
  return Array.from({ length: EVENTS }, (_, n) => {
    const turn = n % values;
    const event = {
      event_id: "3f2c1a44-0000-4000-8000-000000000000",
      event_type: "activity_event",
      timestamp: "2026-03-30T06:30:00.000Z",
      department: "finance",
      data_classification: "unknown",
      mcp_server: `server-${turn}`,
      labels: { event_name: "tool_result", tool_name: "Read", "app.version": "2.1.0" },
    } as unknown as AuditEvent;
    const path = `/home/user/work/area-${turn}/reports/2026/summary-${turn}.xlsx`;
    return [event, { source_kind: "otlp", deployment: "eu-3", reach: { path: [path] } }] as const;
  });
}

/** Prints microseconds per event for tables of several sizes. */
export function benchClassify(): void {
  process.stdout.write("\nclassification of events\n\n");
  for (const rules of [10, 100, 1000]) benchRules(rules);
}

function benchRules(rules: number): void {
  for (const values of [50, 1000, EVENTS]) {
    const classifier = new Classifier(tableOf(rules));
    const events = eventsOf(values);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      for (const [event, provenance] of events) classifier.stamp({ ...event }, provenance);
      times.push(((performance.now() - start) * 1000) / EVENTS);
    }
    const { by } = classifier.counts();
    const share = Math.round((100 * by.rule) / (EVENTS * ROUNDS));
    process.stdout.write(
      `${rules} rules, ${values} different values: ${Math.min(...times).toFixed(2)} µs per event, ${share} % classified\n`,
    );
  }
}

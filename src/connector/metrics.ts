/** The connector's state as Prometheus metrics. Names, labels and types are public API. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { SinkCounts, SinkState } from "../delivery/sink-status.ts";
import type { ConnectorStatus } from "./status.ts";

const STATES: readonly SinkState[] = ["idle", "delivering", "retrying", "held", "stopped"];

/** Counters of a sink: the metric's name without prefix, the count it shows, and what it means. */
const sinkCounters: readonly (readonly [string, keyof SinkCounts, string])[] = [
  ["delivered", "delivered", "Events that the sink has proven to hold."],
  ["duplicates", "duplicates", "Delivered events that the sink held already."],
  ["set_aside", "setAside", "Delivered events that the product put into a quarantine of its own."],
  ["filtered", "filtered", "Events that the sink's filter leaves out."],
  ["dead_letters", "quarantined", "Events that became dead letters."],
  ["retried", "retried", "Events that an attempt left to be tried again."],
  ["batches", "batches", "Attempts to deliver a batch."],
  ["failed_batches", "failedBatches", "Attempts of which nothing got through."],
  ["bytes", "bytes", "Bytes of delivered events in the form of the product, before compression."],
  ["unreadable", "unreadable", "Records of the journal that could not be read."],
  ["marked", "marked", "Events that encoding had to change, with a mark."],
];

type Value = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A registry whose values are read from the status when it is scraped. */
export function createMetrics(status: () => ConnectorStatus): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const add = (
    Kind: typeof Counter<string> | typeof Gauge<string>,
    name: string,
    help: string,
    labelNames: readonly string[],
    values: (status: ConnectorStatus) => readonly Value[],
  ): void => {
    new Kind({
      name: `claude_siem_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of values(status())) this.inc(labels, value);
      },
    });
  };
  addConnector(add);
  addSources(add);
  addSinks(add);
  addDerived(add);
  addAlerts(add);
  return registry;
}

type Add = (
  Kind: typeof Counter<string> | typeof Gauge<string>,
  name: string,
  help: string,
  labelNames: readonly string[],
  values: (status: ConnectorStatus) => readonly Value[],
) => void;

function addConnector(add: Add): void {
  add(Gauge, "start_time_seconds", "When the connector started.", [], ({ startedAt }) => [
    [{}, startedAt / 1000],
  ]);
  add(Gauge, "journal_sequence", "Sequence number of the last durable record.", [], (status) => [
    [{}, status.journal.seq],
  ]);
  add(
    Gauge,
    "journal_blocked",
    "1 while the journal cannot be written and nothing is acknowledged.",
    [],
    ({ journal }) => [[{}, journal.state === "blocked" ? 1 : 0]],
  );
  add(Gauge, "disk_free_bytes", "Free space of the data folder.", [], ({ disk }) =>
    disk.freeBytes === undefined ? [] : [[{}, disk.freeBytes]],
  );
  add(
    Gauge,
    "disk_low",
    "1 while the disk is almost full and no more events are taken.",
    [],
    ({ disk }) => [[{}, disk.low ? 1 : 0]],
  );
  add(Counter, "alarms_total", "Things an operator should read.", ["severity"], (status) =>
    Object.entries(status.alarmCounts).map(([severity, count]) => [{ severity }, count]),
  );
  add(
    Gauge,
    "table_loaded_timestamp_seconds",
    "When a context table in force was read.",
    ["table"],
    ({ tables }) => tables.map(({ table, loadedAt }) => [{ table }, loadedAt / 1000]),
  );
  add(
    Gauge,
    "table_modified_timestamp_seconds",
    "When the file of a context table in force was last written.",
    ["table"],
    ({ tables }) => tables.map(({ table, modifiedAt }) => [{ table }, modifiedAt / 1000]),
  );
  add(
    Gauge,
    "table_problem",
    "1 while a table's file cannot be taken and the table before is in force.",
    ["table"],
    ({ tables }) => tables.map(({ table, problem }) => [{ table }, problem === undefined ? 0 : 1]),
  );
  add(
    Counter,
    "unstamped_total",
    "Events that lack a stamp of context, by reason.",
    ["reason"],
    ({ unstamped }) => Object.entries(unstamped).map(([reason, count]) => [{ reason }, count]),
  );
  addClassification(add);
  add(
    Counter,
    "pseudonymised_total",
    "User ids that were replaced by pseudonyms.",
    [],
    ({ policy }) => [[{}, policy.pseudonymised]],
  );
}

function addClassification(add: Add): void {
  add(
    Counter,
    "classified_total",
    "Events by what decided the class of their data: rule, producer, default or nobody.",
    ["by"],
    ({ classified }) => Object.entries(classified?.by ?? {}).map(([by, count]) => [{ by }, count]),
  );
  add(
    Counter,
    "classification_conflicts_total",
    "Events whose producer states another class than the rules: raised by a rule, or kept because it is higher.",
    ["outcome"],
    ({ classified }) =>
      classified === undefined
        ? []
        : [
            [{ outcome: "raised" }, classified.raised],
            [{ outcome: "kept" }, classified.keptHigher],
          ],
  );
  add(
    Counter,
    "classification_unnamed_total",
    "Events with no room for the label that names the rules.",
    [],
    ({ classified }) => (classified === undefined ? [] : [[{}, classified.unnamed]]),
  );
  add(
    Counter,
    "classification_rule_events_total",
    "Events that a classification rule matched.",
    ["rule"],
    ({ classified }) =>
      Object.entries(classified?.rules ?? {}).map(([rule, count]) => [{ rule }, count]),
  );
}

function addSources(add: Add): void {
  const of =
    (value: (source: ConnectorStatus["sources"][number]) => number | undefined) =>
    ({ sources }: ConnectorStatus): readonly Value[] =>
      sources.flatMap((source): readonly Value[] => {
        const found = value(source);
        const labels = { source: source.name, kind: source.kind };
        return found === undefined ? [] : [[labels, found]];
      });
  const labels = ["source", "kind"];
  add(
    Counter,
    "source_accepted_total",
    "Events that are durable.",
    labels,
    of((s) => s.accepted),
  );
  add(
    Counter,
    "source_rejected_total",
    "Records that are no event; they are in the reject file.",
    labels,
    of((s) => s.rejected),
  );
  add(
    Counter,
    "source_marked_total",
    "Events with a warning.",
    labels,
    of((s) => s.marked),
  );
  add(
    Gauge,
    "source_last_record_timestamp_seconds",
    "When the last record came.",
    labels,
    of(({ lastRecord }) => (lastRecord === undefined ? undefined : lastRecord / 1000)),
  );
  add(
    Gauge,
    "source_up",
    "1 while the source runs or has ended as it should, 0 while it fails.",
    labels,
    of(({ state }) => (state === "failing" ? 0 : 1)),
  );
  add(
    Counter,
    "source_notes_total",
    "What a source has counted beside records, such as records that were lost before they came.",
    [...labels, "what"],
    ({ sources }) =>
      sources.flatMap(({ name: source, kind, notes }) =>
        notes.map(({ what, count }): Value => [{ source, kind, what }, count]),
      ),
  );
}

function addSinks(add: Add): void {
  const of =
    (value: (sink: ConnectorStatus["sinks"][number]) => number | undefined) =>
    ({ sinks }: ConnectorStatus): readonly Value[] =>
      sinks.flatMap((sink): readonly Value[] => {
        const found = value(sink);
        return found === undefined ? [] : [[{ sink: sink.name, kind: sink.kind }, found]];
      });
  const labels = ["sink", "kind"];
  for (const [name, key, help] of sinkCounters)
    add(
      Counter,
      `sink_${name}_total`,
      help,
      labels,
      of(({ counts }) => counts[key]),
    );
  add(
    Gauge,
    "sink_lag_records",
    "Durable records that the sink has not settled.",
    labels,
    of((sink) => sink.lagRecords),
  );
  add(
    Gauge,
    "sink_lag_seconds",
    "Age of the oldest event that the sink has not settled.",
    labels,
    of((sink) => sink.lagMs / 1000),
  );
  add(
    Gauge,
    "sink_in_flight",
    "Batches under way.",
    labels,
    of((sink) => sink.inFlight),
  );
  add(
    Gauge,
    "sink_concurrency",
    "Batches that may be under way at once now.",
    labels,
    of((sink) => sink.concurrency),
  );
  add(
    Gauge,
    "sink_last_delivery_timestamp_seconds",
    "When the sink last proved a delivery.",
    labels,
    of(({ lastDelivery }) => (lastDelivery === undefined ? undefined : lastDelivery / 1000)),
  );
  add(Gauge, "sink_state", "1 for the state the sink is in.", [...labels, "state"], ({ sinks }) =>
    sinks.flatMap(({ name: sink, kind, state }) =>
      STATES.map((one): Value => [{ sink, kind, state: one }, one === state ? 1 : 0]),
    ),
  );
}

function addDerived(add: Add): void {
  add(
    Counter,
    "derived_written_total",
    "Events that the connector has derived from others and written.",
    ["part"],
    ({ derived }) => derived.map(({ name: part, written }): Value => [{ part }, written]),
  );
  add(
    Gauge,
    "derived_lag_records",
    "Durable records that a part which derives events has not read.",
    ["part"],
    ({ derived }) => derived.map(({ name: part, lagRecords }): Value => [{ part }, lagRecords]),
  );
  add(
    Gauge,
    "derived_up",
    "0 while a part which derives events cannot go on.",
    ["part"],
    ({ derived }) =>
      derived.map(({ name: part, state }): Value => [{ part }, state === "failing" ? 0 : 1]),
  );
  add(
    Gauge,
    "derived_state",
    "What such a part holds or has counted since the start, such as open sessions and late events.",
    ["part", "what"],
    ({ derived }) =>
      derived.flatMap(({ name: part, counts }) =>
        Object.entries(counts).map(([what, count]): Value => [{ part, what }, count]),
      ),
  );
}

function addAlerts(add: Add): void {
  add(
    Counter,
    "alerts_total",
    "Alerts that the embedded store has raised since the start.",
    ["sink", "rule", "severity"],
    ({ sinks }) =>
      sinks.flatMap(({ name: sink, report }) =>
        (report?.alerts.counts ?? []).map(
          ({ rule, severity, alerts }): Value => [{ sink, rule, severity }, alerts],
        ),
      ),
  );
}

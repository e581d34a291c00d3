/** What an OTLP receiver counts for its operator: losses, what the client withholds, what is not used. */
import type { SourceNote } from "../source.ts";
import type { SourceEvent } from "./claude-code.ts";
import { recordKinds, UNNAMED_SERVER } from "./record-kind.ts";
import { SequenceWatch } from "./sequence.ts";

/** New names that are told; they come from senders, so their number and form are bounded. */
const NAMES_MAX = 8;
const tellable = /^[\w.-]{1,64}$/;

export class Tally {
  readonly #watch: SequenceWatch;
  readonly #warn: (kind: string, message: string) => void;
  readonly #newNames = new Set<string>();
  #records = 0;
  #unnamedServers = 0;
  #unknownRecords = 0;
  #noDepartment = 0;
  #noPerson = 0;
  #points = 0;
  #spans = 0;
  #toldLost = 0;

  /** @param warn Warnings by kind, held back where they come often. */
  constructor(now: () => number, warn: (kind: string, message: string) => void) {
    this.#watch = new SequenceWatch({ now });
    this.#warn = warn;
  }

  /** Events that are durable. */
  addEvents(events: readonly SourceEvent[]): void {
    for (const one of events) this.#addEvent(one);
    this.#tellLosses();
  }

  /** Data points of metrics, which are not used. */
  addPoints(count: number): void {
    this.#points += count;
  }

  /** Spans, which are refused. */
  addSpans(count: number): void {
    this.#spans += count;
  }

  #addEvent({ event, name, sequence, timeMs, identity, isInstallation }: SourceEvent): void {
    this.#records += 1;
    if (event.session_id !== undefined && sequence !== undefined)
      this.#watch.note(event.session_id, sequence, timeMs);
    if (!recordKinds.has(name)) {
      this.#unknownRecords += 1;
      if (this.#newNames.size < NAMES_MAX && tellable.test(name)) this.#newNames.add(name);
    }
    if (event.event_type === "activity_event" && event.mcp_server === UNNAMED_SERVER)
      this.#unnamedServers += 1;
    if (event.department === "unknown") this.#noDepartment += 1;
    if (identity === undefined || isInstallation === true) this.#noPerson += 1;
  }

  #tellLosses(): void {
    const { lost } = this.#watch;
    if (lost === this.#toldLost) return;
    const more = lost - this.#toldLost;
    this.#toldLost = lost;
    this.#warn(
      "lost",
      `${more} ${more === 1 ? "record" : "records"} of sessions never arrived here; ${LOST_ADVICE}`,
    );
  }

  notes(): readonly SourceNote[] {
    this.#tellLosses();
    const names = [...this.#newNames].join(", ");
    const notes: readonly SourceNote[] = [
      {
        what: "records_lost_upstream",
        count: this.#watch.lost,
        meaning: "records never arrived, by the numbers that clients give them",
        instruction: `${LOST_ADVICE.charAt(0).toUpperCase()}${LOST_ADVICE.slice(1)}.`,
      },
      {
        what: "mcp_names_hidden",
        count: this.#unnamedServers,
        meaning: `MCP calls are counted, but which server they went to is withheld (mcp_server ${UNNAMED_SERVER})`,
        instruction:
          "Set OTEL_LOG_TOOL_DETAILS=1 for the clients; what they then send beside the names is not kept.",
      },
      {
        what: "department_unknown",
        count: this.#noDepartment,
        meaning: "records name no department",
        instruction:
          "Set OTEL_RESOURCE_ATTRIBUTES=department=… for the clients, or list users in context.clearances.",
      },
      {
        what: "person_unknown",
        count: this.#noPerson,
        meaning: "records name an installation of the client and no person",
        instruction:
          "Let users sign in, or set OTEL_RESOURCE_ATTRIBUTES=enduser.id=… where they use an API key or a cloud platform.",
      },
      {
        what: "unknown_record_names",
        count: this.#unknownRecords,
        meaning: `records have a name that this version does not know and were kept under it${names === "" ? "" : `: ${names}`}`,
      },
      this.#pointsNote(),
      {
        what: "spans_refused",
        count: this.#spans,
        meaning: "spans were refused; logs say what they say",
        instruction: "Set OTEL_TRACES_EXPORTER=none for the clients, or send traces elsewhere.",
      },
    ];
    return notes.filter(({ count }) => count > 0);
  }

  #pointsNote(): SourceNote {
    const note = {
      what: "metric_points_ignored",
      count: this.#points,
      meaning: "data points of metrics were taken and left alone; they repeat what logs say",
    };
    if (this.#records > 0) return note;
    return { ...note, instruction: "No logs have come yet: set OTEL_LOGS_EXPORTER=otlp too." };
  }
}

const LOST_ADVICE =
  "look for an exporter that gave up or a collector that drops or filters, and put a collector with a queue on disk beside the clients";

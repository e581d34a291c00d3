/** Files of captured OTLP/JSON requests, one a line, as audit events. */
import { type Diagnostic, report, type Span } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import type { Line } from "../lines.ts";
import { type SourceEvent, toSourceEvent } from "./claude-code.ts";
import { decodeRequest } from "./decode.ts";

/** What came of the requests so far. */
export interface OtlpTally {
  readonly logs: number;
  /** Metrics and trace requests, which repeat what logs say and are left alone. */
  readonly ignored: number;
  readonly records: number;
}

interface Session {
  readonly seen: Set<number>;
  first: number;
  last: number;
}

/** Turns lines into events, and remembers which numbers of each session arrived. */
export class OtlpFile {
  readonly #file: string;
  readonly #sessions = new Map<string, Session>();
  #logs = 0;
  #ignored = 0;
  #records = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get tally(): OtlpTally {
    return { logs: this.#logs, ignored: this.#ignored, records: this.#records };
  }

  #note({ event, sequence }: SourceEvent): void {
    if (event.session_id === undefined || sequence === undefined) return;
    const session = this.#sessions.get(event.session_id) ?? {
      seen: new Set(),
      first: sequence,
      last: sequence,
    };
    session.seen.add(sequence);
    session.first = Math.min(session.first, sequence);
    session.last = Math.max(session.last, sequence);
    this.#sessions.set(event.session_id, session);
  }

  /** Events of one line, or why it has none. */
  read(line: Line): {
    readonly events: readonly SourceEvent[];
    readonly diagnostics: readonly Diagnostic[];
  } {
    if (line.problem) return { events: [], diagnostics: [line.problem] };
    const span: Span = { file: this.#file, line: line.number, column: 1, length: 1 };
    const request = decodeRequest(line.text);
    if (request.kind === "unknown") {
      return {
        events: [],
        diagnostics: [report(sourceMessage.notOtlp, span, { detail: request.detail })],
      };
    }
    if (request.kind !== "logs") {
      this.#ignored += 1;
      return { events: [], diagnostics: [] };
    }
    this.#logs += 1;
    const events: SourceEvent[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const record of request.records) {
      this.#records += 1;
      const source = toSourceEvent(record);
      if (source === undefined) {
        diagnostics.push(report(sourceMessage.unusableRecord, span, { what: "it has no time" }));
        continue;
      }
      this.#note(source);
      events.push(source);
    }
    return { events, diagnostics };
  }

  /** What is missing between the first and the last number of each session. */
  gaps(): readonly Diagnostic[] {
    const span: Span = { file: this.#file, line: 1, column: 1, length: 1 };
    return [...this.#sessions].flatMap(([session, { seen, first, last }]) => {
      const missing = last - first + 1 - seen.size;
      return missing > 0 ? [report(sourceMessage.sequenceGap, span, { missing, session })] : [];
    });
  }
}

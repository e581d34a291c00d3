/** Messages about sources. Codes S7xx. */
import type { Definition } from "../diagnostic.ts";

export const lineTooLong: Definition<{ bytes: number; limit: number }> = {
  code: "S701",
  name: "line-too-long",
  severity: "error",
  explanation:
    "A line is longer than an audit event may be. It was skipped without being held in memory, and is counted as rejected. Content that belongs to no audit event is the usual cause.",
  wording: ({ bytes, limit }) => ({
    message: `The line has ${bytes} bytes; at most ${limit} are read`,
    help: "Send metadata only, or check that lines end in a newline.",
  }),
};

export const invalidUtf8: Definition<Record<never, never>> = {
  code: "S702",
  name: "invalid-utf8",
  severity: "error",
  explanation:
    "A line is not valid UTF-8. Decoding it would replace bytes, and an altered event is no evidence.",
  wording: () => ({
    message: "The line is not valid UTF-8",
    help: "Let the producer write UTF-8, or convert the file with iconv.",
  }),
};

export const badGzip: Definition<{ detail: string }> = {
  code: "S703",
  name: "bad-gzip",
  severity: "error",
  explanation:
    "The input starts like a gzip file but cannot be decompressed to its end. What came before was read.",
  wording: ({ detail }) => ({
    message: `The gzip stream is broken: ${detail}`,
    help: "Copy the file again; it was probably cut.",
  }),
};

export const notOtlp: Definition<{ detail: string }> = {
  code: "S711",
  name: "not-otlp",
  severity: "error",
  explanation:
    "A line of an OTLP file must be an export request in OTLP/JSON, as the collector's file exporter writes it, or such a request as `body` beside its `path`.",
  wording: ({ detail }) => ({
    message: `The line is no OTLP/JSON export request: ${detail}`,
    help: "Export with the protocol http/json, or put a collector with a file exporter in front.",
  }),
};

export const sequenceGap: Definition<{ missing: number; session: string }> = {
  code: "S712",
  name: "sequence-gap",
  severity: "warning",
  explanation:
    "The client numbers the events of a session. Numbers are missing, so events were lost before they reached this connector, or are still on their way.",
  wording: ({ missing, session }) => ({
    message: `${missing} events of session ${session} never arrived`,
    help: "Look for an exporter that timed out or a collector that dropped records.",
  }),
};

export const unusableRecord: Definition<{ what: string }> = {
  code: "S713",
  name: "unusable-record",
  severity: "error",
  explanation: "A log record has no time, so it cannot become an audit event.",
  wording: ({ what }) => ({
    message: `A log record is unusable: ${what}`,
    help: "Check the exporter; records of the Claude clients carry timeUnixNano and event.timestamp.",
  }),
};

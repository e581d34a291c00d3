/** Options of the commands that read events. */
import type { OptionSpec } from "./arguments.ts";

export const eventsOption: OptionSpec = {
  name: "events",
  value: "FILE",
  required: true,
  description: "NDJSON file of events, gzip allowed; - for stdin.",
};

export const rejectsOption: OptionSpec = {
  name: "rejects",
  value: "FILE",
  description: "Keep rejected lines with their reasons in this file.",
};

export const strictOption: OptionSpec = {
  name: "strict",
  description: "Reject events with unknown fields instead of keeping those under labels.",
};

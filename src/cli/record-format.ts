/** `--records`: logs of gateways and clouds as input of commands that read events. */
import { createSecretKey, randomBytes } from "node:crypto";
import { createPseudonymiser } from "../policy/pseudonym.ts";
import { type LineFormat, lineFormats, openFormat } from "../source/gateway/format.ts";
import type { FormatReader } from "../source/gateway/reading.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";

export const recordsOption: OptionSpec = {
  name: "records",
  value: "FORMAT",
  choices: lineFormats,
  description:
    "What the lines are: events (audit_event, the default), or records of a gateway or cloud, which are read as a source with this format reads them. People get pseudonyms that only this run can make.",
};

/** How lines that are no events become some. */
export interface RecordReading {
  readonly reader: FormatReader;
  /** A pseudonym for a raw identity, the same for all records of this run and of no other. */
  readonly pseudonymise: (identity: string) => string;
}

/** What `--records` says; `undefined` for events. */
export function recordReading(args: Arguments): RecordReading | undefined {
  const format = (args.text("records") ?? "audit_event") as LineFormat;
  if (format === "audit_event") return undefined;
  const { userIdHash } = createPseudonymiser(createSecretKey(randomBytes(32)));
  return { reader: openFormat(format), pseudonymise: userIdHash };
}

/** Messages about the journal. Codes J6xx. */
import type { Definition } from "../diagnostic.ts";

const KEEP = "Keep the folder as it is: copy it before anything else touches it.";

export const unreadableRecord: Definition<{ seq: number }> = {
  code: "J601",
  name: "unreadable-record",
  severity: "error",
  explanation:
    "A line of a journal segment does not have the form of a record. The journal writes whole lines only, so somebody or something changed the file.",
  wording: ({ seq }) => ({ message: `Record ${seq} is unreadable`, help: KEEP }),
};

export const editedRecord: Definition<{ seq: number }> = {
  code: "J602",
  name: "edited-record",
  severity: "error",
  explanation:
    "A record's own hash does not fit its content: the content, the sequence number or a hash was changed after it was written.",
  wording: ({ seq }) => ({
    message: `Record ${seq} was changed: its hash does not fit its content`,
    help: KEEP,
  }),
};

export const brokenChain: Definition<{ seq: number; expected: number }> = {
  code: "J603",
  name: "broken-chain",
  severity: "error",
  explanation:
    "A record does not follow the one before it. Records were removed, inserted or put in another order, or the chain was rewritten from here on.",
  wording: ({ seq, expected }) => ({
    message:
      seq === expected
        ? `Record ${seq} does not continue the record before it: the chain was rewritten or replaced`
        : seq > expected
          ? `Record ${expected} is missing: record ${seq} stands in its place`
          : `Record ${seq} stands where record ${expected} belongs: it was inserted or moved`,
    help: KEEP,
  }),
};

export const tornTail: Definition<{ bytes: number }> = {
  code: "J604",
  name: "torn-tail",
  severity: "warning",
  explanation:
    "The last line has no end: the writer was stopped in the middle of it. Its events were never acknowledged, so their source sends them again. The next start removes the piece and records that it did.",
  wording: ({ bytes }) => ({
    message: `The journal ends with ${bytes} bytes of an unfinished record`,
    help: "Nothing to do; the next start recovers.",
  }),
};

export const locked: Definition<{ owner: string }> = {
  code: "J605",
  name: "journal-in-use",
  severity: "error",
  explanation: "Another process writes this journal. Two writers would fork the chain.",
  wording: ({ owner }) => ({
    message: `The journal is in use by ${owner}`,
    help: "Stop that process, or give this one its own folder.",
  }),
};

export const notDurable: Definition<{ reason: string }> = {
  code: "J606",
  name: "not-durable",
  severity: "error",
  explanation:
    "A write or fsync of the journal failed. What was pending is not acknowledged, and nothing more is accepted until the journal is opened again: after a failed fsync nobody can know what is on the disk.",
  wording: ({ reason }) => ({
    message: `The journal cannot be written: ${reason}`,
    help: "Free space or mend the device, then start again; sources send again what was not acknowledged.",
  }),
};

export const notAJournal: Definition<{ reason: string }> = {
  code: "J607",
  name: "not-a-journal",
  severity: "error",
  explanation: "The folder holds no journal segments, or its first segment does not start a chain.",
  wording: ({ reason }) => ({
    message: `This folder is no journal: ${reason}`,
    help: "Check the path; segments end in .journal, and the first is number 0.",
  }),
};

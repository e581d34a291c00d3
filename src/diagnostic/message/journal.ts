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
    "An event is not known to be on the device: the disk refused writes until the journal was closed, or it was closed before. Such events were not acknowledged. While the journal is open it tries again by itself: after a failed fsync it opens its file anew, cuts it back to the last durable byte and writes the same records again.",
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

export const damagedState: Definition<Record<string, never>> = {
  code: "J608",
  name: "damaged-state",
  severity: "warning",
  explanation:
    "A small state file beside the journal (a cursor, a checkpoint, an offset of a source) does not fit its own checksum. It is not used: a cursor starts from the oldest record, a checkpoint leads to a full check at the next start, a source reads from its beginning. Nothing is lost; events may be delivered twice.",
  wording: () => ({
    message: "The state in this file is damaged and is not used",
    help: "Check the device. The file is replaced the next time it is written.",
  }),
};

export const cursorAstray: Definition<{ sink: string; seq: number; back: number }> = {
  code: "J609",
  name: "cursor-astray",
  severity: "warning",
  explanation:
    "A sink's cursor stands at a record that the journal does not have, or that is another one now: the journal was restored from a backup or replaced. Delivery goes on from the newest older place that both have, so that nothing is left out; some events arrive twice.",
  wording: ({ sink, seq, back }) => ({
    message: `The cursor of ${sink} stands at record ${seq}, which this journal does not have; it goes back to ${back < 0 ? "the start" : `record ${back}`}`,
    help: "Find out who restored or replaced the journal. Nothing else to do.",
  }),
};

export const badLetter: Definition<{ byte: number }> = {
  code: "J610",
  name: "bad-dead-letter",
  severity: "warning",
  explanation:
    "A line of a dead letter file is no letter: a crash cut it short, or it was changed. A letter that a crash cut short was written again afterwards.",
  wording: ({ byte }) => ({
    message: `The line at byte ${byte} is no dead letter`,
    help: "Compare it with the letters behind it; the event is in the journal too.",
  }),
};

export const recordsMissing: Definition<{ from: number; to: number }> = {
  code: "J611",
  name: "records-missing",
  severity: "error",
  explanation:
    "Records that were in the journal are no longer there: a segment was removed, a file was cut, or the journal was restored from an older copy. Segments that retention removed are told of by a deletion record and are not reported.",
  wording: ({ from, to }) => ({ message: `Records ${from} to ${to} are missing`, help: KEEP }),
};

export const damagedJournal: Definition<{
  from: number;
  to: number | undefined;
  finding: string;
}> = {
  code: "J612",
  name: "damaged-journal",
  severity: "warning",
  explanation:
    "When the journal was opened, a part of it could not be read or did not fit the chain. Nothing was altered: the file was made read-only, the journal goes on in a new file, and its first record tells of the damage. Records behind the damage are still delivered. If acknowledged events are lost here, their sources or the SIEM may still have them.",
  wording: ({ from, to, finding }) => ({
    message: `The journal is damaged at record ${from}${to === undefined ? " and what followed it" : to > from ? ` to ${to}` : ""}: ${finding}`,
    help: `${KEEP} Then compare with a backup and with what the SIEM holds.`,
  }),
};

export const replacedRecord: Definition<{ seq: number }> = {
  code: "J613",
  name: "replaced-record",
  severity: "error",
  explanation:
    "A record that the checkpoint saw on the device is another one now: the segment was replaced, or the chain was rewritten.",
  wording: ({ seq }) => ({
    message: `Record ${seq} is not the one that was written: its segment was replaced`,
    help: KEEP,
  }),
};

export const unreadableSegment: Definition<{ reason: string }> = {
  code: "J614",
  name: "unreadable-segment",
  severity: "error",
  explanation:
    "The system cannot read a segment of the journal, or the rest of one. Reading goes on with the next segment.",
  wording: ({ reason }) => ({
    message: `The segment cannot be read: ${reason}`,
    help: "Check the device and the permissions of the folder.",
  }),
};

export const noCheckpoint: Definition<{ reason: string }> = {
  code: "J615",
  name: "no-checkpoint",
  severity: "warning",
  explanation:
    "The journal could not write its checkpoint. Events are safe; the next start has to read more of the journal, and a cut of its end would be noticed later.",
  wording: ({ reason }) => ({
    message: `The checkpoint cannot be written: ${reason}`,
    help: "Free space, or mend the device or the permissions of the folder.",
  }),
};

export const lostBytes: Definition<Record<string, never>> = {
  code: "J616",
  name: "lost-bytes",
  severity: "error",
  explanation:
    "The segment that is being written has become shorter than what was durable in it, or has lost its name. The journal goes on in a new segment.",
  wording: () => ({
    message: "Somebody cut or removed the segment that is being written",
    help: KEEP,
  }),
};

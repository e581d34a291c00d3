/** Faults of processes, disks and clocks, and of load. */
import { at, type FaultCase, here } from "./case.ts";

export const processes: readonly FaultCase[] = [
  {
    number: 35,
    words: "kill -9 at every point",
    proofs: [
      here("connector-crash"),
      at("fault/crash", "loses nothing acknowledged over"),
      at("fault/journal-crash-points", "loses nothing acknowledged when %s unsynced survives"),
      at("sink/file/crash", "loses nothing delivered"),
    ],
  },
  {
    number: 36,
    words: "SIGTERM with a large backlog and a short grace",
    proofs: [here("process")],
    instead: "The backlog is some thousand events, not a million: nothing depends on its size.",
  },
  {
    number: 37,
    words: "the process runs out of memory",
    proofs: [here("process")],
    instead: "V8 ends the process at its own limit; the kernel's killer is SIGKILL, as in 35.",
  },
  {
    number: 38,
    words: "an exception in code that formats an event",
    proofs: [
      at("delivery/pump", "buries what has no form, and what an encoder stumbles over"),
      at("connector/connector", "refuses %s and writes nothing"),
    ],
  },
  {
    number: 39,
    words: "two processes on one folder, and a lock that a crash left",
    proofs: [
      here("process"),
      at("journal/lock", "is taken over from a process that was killed, not from one that runs"),
      at("journal/lock", "that is %s does not block the next start"),
    ],
  },
  {
    number: 40,
    words: "the event loop stands still",
    proofs: [here("process")],
    instead: "For a second, with deadlines of a quarter of one, in place of 30 s and 60 s.",
  },
  {
    number: 41,
    words: "the process or its machine is suspended",
    proofs: [here("process")],
    instead: "SIGSTOP for a second, with deadlines of a quarter of one, in place of an hour.",
  },
  {
    number: 42,
    words: "reload while events flow, and reload of a bad configuration",
    proofs: [
      at("connector/connector", "loses nothing while sources and sinks are exchanged under load"),
      at("connector/connector", "keeps the configuration before when anything of the new one"),
      at(
        "cli/run",
        "takes another configuration at SIGHUP, and keeps the one before when it is bad",
      ),
      at("fault/random", "loses nothing whatever happens"),
    ],
  },
];

export const disk: readonly FaultCase[] = [
  {
    number: 43,
    words: "no space for records, checkpoints and cursors",
    proofs: [
      here("full-disk"),
      at("fault/journal-disk-errors", "%s on %s: the journal waits, then goes on"),
      at("journal/cursor", "rejects a save that the disk refuses, and keeps the position"),
    ],
  },
  {
    number: 44,
    words: "the device fails writes and syncs",
    proofs: [at("fault/journal-disk-errors", "%s on %s: the journal waits, then goes on")],
    instead: "A simulated disk that forgets unsynced blocks after a failed sync, as Linux does.",
  },
  {
    number: 45,
    words: "the last record is torn at any byte",
    proofs: [at("journal/journal", "cuts a torn tail at any byte, records it, and goes on")],
  },
  {
    number: 46,
    words: "any bit flipped in records, lengths, cursors and checkpoints",
    proofs: [
      at("journal/recover", "keeps everything that is readable, whatever bit was flipped"),
      at("journal/cursor", "starts from the oldest record when any bit of its file is flipped"),
      at("journal/recover", "reads everything when the checkpoint is missing or damaged"),
    ],
  },
  {
    number: 47,
    words: "segments deleted or replaced, a journal restored from an old backup",
    proofs: [
      at("journal/recover", "is seen when segments are gone"),
      at("journal/recover", "is told of when a segment was replaced by one of another journal"),
      at("journal/recover", "is seen by its cursors when it was restored from a backup"),
    ],
  },
  {
    number: 48,
    words: "a disk that becomes read-only, forbids, or does not sync",
    proofs: [
      at("fault/journal-disk-errors", "%s on %s: the journal waits, then goes on"),
      at("fault/journal-crash-points", "loses nothing acknowledged when %s unsynced survives"),
    ],
    instead: "A simulated disk with EROFS. A server that lies about syncs cannot be survived.",
  },
  {
    number: 49,
    words: "a rename that was not synced is lost",
    proofs: [
      at("fault/journal-crash-points", "loses nothing acknowledged when %s unsynced survives"),
      at("fault/journal-crash-points", "does not trust what a killed process left"),
    ],
  },
  {
    number: 50,
    words: "no space for dead letters",
    proofs: [here("full-disk"), at("journal/dead-letter", "are on the device when they are taken")],
  },
];

export const time: readonly FaultCase[] = [
  {
    number: 51,
    words: "the clock jumps a year ahead or a day back",
    proofs: [
      here("time"),
      at("delivery/pump", "does not let one sink's clock be fooled by the machine's"),
    ],
  },
  {
    number: 52,
    words: "events with times far in the past or future",
    proofs: [
      here("time"),
      at("sink/sentinel/send", "is told, with its number, once an hour"),
      at("sink/sentinel/send", "of a table of the plan Auxiliary needs batches of its span"),
    ],
  },
  {
    number: 53,
    words: "a backlog of days does not delay a critical event",
    proofs: [at("delivery/pump", "lets a fresh critical event pass a backlog, once")],
  },
];

export const load: readonly FaultCase[] = [
  { number: 54, words: "ten times the usual load at once", proofs: [here("load")] },
  {
    number: 55,
    words: "a slow sink with a large backlog",
    proofs: [here("load"), at("delivery/pump", "holds no more than its buffer, whatever")],
    instead: "30 MB of backlog in a process with a heap of 48 MB; the benchmark has larger ones.",
  },
  {
    number: 56,
    words: "an event a minute leaves within its age",
    proofs: [
      at("delivery/pump", "lets a lone event leave within its age"),
      at("delivery/pump", "does not let a trickle put a batch off"),
    ],
  },
  {
    number: 57,
    words: "nothing grows over a long time",
    proofs: [here("load")],
    instead: "Open files over many outages in seconds; `npm run soak` runs for as long as asked.",
  },
  {
    number: 58,
    words: "a sink that comes and goes",
    proofs: [
      here("load"),
      at("delivery/pump", "probes with one attempt at a time after a failure"),
    ],
  },
];

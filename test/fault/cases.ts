/**
 * The faults that a connector which loses nothing has to survive, and the tests that show that it does.
 * Numbers are those of the design's list and never change.
 */

/** Where a case is proven: a file below `test/`, and the title of a test in it. */
export interface Proof {
  readonly file: string;
  /** Words of the title; absent where the file has a `describe(fault(number), …)` of its own. */
  readonly title?: string;
}

export interface FaultCase {
  readonly number: number;
  readonly words: string;
  readonly proofs: readonly Proof[];
  /** What of it cannot be had on a machine that runs tests, and what is tested instead. */
  readonly instead?: string;
}

const here = (file: string): Proof => ({ file: `fault/${file}.test.ts` });
const at = (file: string, title: string): Proof => ({ file: `${file}.test.ts`, title });

const network: readonly FaultCase[] = [
  {
    number: 1,
    words: "connection refused at the start, up later",
    proofs: [here("connection")],
  },
  {
    number: 2,
    words: "a name that cannot be resolved any more while events flow",
    proofs: [here("connection")],
  },
  { number: 3, words: "reset before the request was taken", proofs: [here("network")] },
  {
    number: 4,
    words: "reset after the request was taken, before the answer",
    proofs: [here("network")],
  },
  { number: 5, words: "reset in the middle of the answer", proofs: [here("network")] },
  { number: 6, words: "a receiver that accepts and never answers", proofs: [here("network")] },
  { number: 7, words: "an answer of one byte a second", proofs: [here("network")] },
  {
    number: 8,
    words: "connections that a gateway has forgotten without a word",
    proofs: [
      here("connection"),
      at("sink/syslog/fault", "does not read: written is not delivered"),
    ],
  },
  {
    number: 9,
    words: "a certificate that is expired, of another host, or of nobody's authority",
    proofs: [
      here("certificate"),
      at("sink/elasticsearch/cluster", "that is not trusted gets neither token nor events"),
      at("sink/splunk/splunk", "sends nothing to a peer that cannot prove who it is"),
      at("sink/sentinel/send", "gets neither token nor records"),
      at("sink/webhook/outcome", "is verified before anything is sent"),
      at("sink/syslog/fault", "does not take a certificate of another name"),
    ],
  },
  {
    number: 10,
    words: "an authority that is replaced while the connector runs",
    proofs: [
      here("certificate"),
      at("sink/splunk/splunk", "takes a private authority, and the one that replaces it"),
    ],
  },
  {
    number: 11,
    words: "a proxy that wants a login, with 407 or with a page and 200",
    proofs: [here("network")],
  },
  { number: 12, words: "a redirect to a login page", proofs: [here("network")] },
  {
    number: 13,
    words: "interim answers, and an HTTP/2 server that goes away",
    proofs: [here("connection")],
  },
  { number: 14, words: "an answer that is cut or empty", proofs: [here("network")] },
  { number: 15, words: "an answer without end", proofs: [here("network")] },
];

const semantics: readonly FaultCase[] = [
  {
    number: 16,
    words: "429 with Retry-After in seconds, as a date, absurd, negative or none",
    proofs: [here("semantics"), at("delivery/pump", "waits at least as long as the product asks")],
  },
  {
    number: 17,
    words: "503 for a long time, then recovery without a herd",
    proofs: [
      here("semantics"),
      at("delivery/pump", "outlives an outage of three days and spreads its attempts"),
    ],
  },
  {
    number: 18,
    words: "413 on a batch, then on a single event",
    proofs: [
      here("semantics"),
      at("delivery/pump", "splits what is too large and then stays below"),
      at("sink/elasticsearch/outcome", "is split, and a single event that is too large"),
    ],
  },
  {
    number: 19,
    words: "401 or 403, then the secret is rotated without a restart",
    proofs: [
      here("semantics"),
      at("sink/elasticsearch/cluster", "is read at every attempt, so that a rotated key"),
      at("sink/splunk/splunk", "uses a rotated token at once"),
    ],
  },
  {
    number: 20,
    words: "HEC code 7, an index that the token may not write to, mended later",
    proofs: [at("sink/splunk/splunk", "holds for an index that the token may not write to")],
  },
  {
    number: 21,
    words: "HEC code 6 with a bad event in the middle",
    proofs: [at("sink/splunk/splunk", "puts the one bad event aside and sends the others again")],
  },
  {
    number: 22,
    words: "HEC 200 with code 24 or 25",
    proofs: [at("sink/splunk/splunk", "code %i is delivered, and asks for less")],
  },
  {
    number: 23,
    words: "HEC acknowledgements that never come, are forgotten, or are asked for elsewhere",
    proofs: [
      at("sink/splunk/acknowledgement", "calls nothing delivered that is never acknowledged"),
      at("sink/splunk/acknowledgement", "prove nothing when the endpoint %s"),
      at("sink/splunk/acknowledgement", "get a new channel after a restart"),
      at("sink/splunk/acknowledgement", "that count backwards make unknown what still waits"),
      at("sink/splunk/fault", "loses nothing (seed"),
    ],
  },
  {
    number: 24,
    words: "HEC 200 without the id of the acknowledgement",
    proofs: [
      at("sink/splunk/acknowledgement", "sends again when Splunk took a batch and gave no id"),
    ],
  },
  {
    number: 25,
    words: "Elasticsearch answers 201, 409, 429, 400 and 503 in one batch",
    proofs: [at("sink/elasticsearch/outcome", "has an outcome for each")],
  },
  {
    number: 26,
    words: "Elasticsearch refuses a whole request because of one document",
    proofs: [
      at("sink/elasticsearch/outcome", "%i %j of %i: %s"),
      at("delivery/pump", "finds the one record that a product cannot stand"),
    ],
  },
  {
    number: 27,
    words: "Elasticsearch answers with items that are missing, too few or in another order",
    proofs: [at("sink/elasticsearch/outcome", "an answer that does not tell what it should")],
  },
  {
    number: 28,
    words: "Elasticsearch answers 201 and used its failure store",
    proofs: [at("sink/elasticsearch/outcome", "with a failure store takes what it cannot index")],
  },
  {
    number: 29,
    words: "an index of Elasticsearch that is read-only",
    proofs: [
      at("sink/elasticsearch/outcome", "that is read-only holds all, and goes on by itself"),
    ],
  },
  {
    number: 30,
    words: "Elasticsearch rolls over between an attempt and the next",
    proofs: [at("sink/elasticsearch/outcome", "stores a document again, which only the inventory")],
  },
  {
    number: 31,
    words: "Azure answers 204 and loses the records in its transform",
    proofs: [at("sink/sentinel/check", "finds records that were taken and lost afterwards")],
  },
  {
    number: 32,
    words: "Azure answers 413, or 404 for what is too large",
    proofs: [at("sink/sentinel/send", "an answer of the service")],
  },
  {
    number: 33,
    words: "the token endpoint is down, tokens end in the middle or are called off",
    proofs: [
      at("sink/sentinel/token", "that is still good is used while the token endpoint is down"),
      at("sink/sentinel/token", "that was called off is replaced before the next attempt"),
      at("sink/sentinel/fault", "loses nothing and calls nothing delivered that is not there"),
    ],
  },
  {
    number: 34,
    words: "one sink is down while the others are healthy",
    proofs: [
      here("semantics"),
      at("connector/connector", "does not let a broken sink delay another or the source"),
    ],
  },
];

const processes: readonly FaultCase[] = [
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

const disk: readonly FaultCase[] = [
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

const time: readonly FaultCase[] = [
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

const load: readonly FaultCase[] = [
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

export const faultCases: readonly FaultCase[] = [
  ...network,
  ...semantics,
  ...processes,
  ...disk,
  ...time,
  ...load,
];

/** The title under which a file of this folder proves a case: `fault 18: 413 on a batch, …`. */
export function fault(number: number): string {
  const found = faultCases.find((one) => one.number === number);
  if (found === undefined) throw new Error(`there is no fault ${number}`);
  return `fault ${number}: ${found.words}`;
}

/** Faults of the network and of what products mean. */
import { at, type FaultCase, here } from "./case.ts";

export const network: readonly FaultCase[] = [
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

export const semantics: readonly FaultCase[] = [
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

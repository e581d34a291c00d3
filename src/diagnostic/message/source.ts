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

export const notEventMessage: Definition<{ found: string }> = {
  code: "S720",
  name: "not-event-message",
  severity: "error",
  explanation:
    "A syslog message carries an audit event as one JSON object: as its text, after an optional @cee: cookie, or as the value of a structured data parameter. This message carries something else; it is kept among the rejects.",
  wording: ({ found }) => ({
    message: `The syslog message carries no JSON object: ${found}`,
    help: "Route only audit events here, and let the sender write the event's JSON as the message.",
  }),
};

export const brokenFrame: Definition<{ detail: string }> = {
  code: "S721",
  name: "broken-frame",
  severity: "error",
  explanation:
    "Messages on a stream are told apart by a length before each (octet counting) or by a line end (RFC 6587, section 3.4). Neither can be read here, so where the next message begins is unknown and the connection is closed; the sender connects again.",
  wording: ({ detail }) => ({
    message: `Where the syslog message ends cannot be told: ${detail}`,
    help: "Let the sender use octet counting (RFC 6587, section 3.4.1).",
  }),
};

export const messageTooLong: Definition<{ bytes: number; limit: number }> = {
  code: "S722",
  name: "message-too-long",
  severity: "error",
  explanation:
    "A syslog message is longer than this source takes. It was skipped without being held in memory and is counted as rejected; it was not cut, because half an event is no evidence.",
  wording: ({ bytes, limit }) => ({
    message: `The syslog message has ${bytes} bytes; at most ${limit} are taken`,
    help: "Send metadata only, or raise message_max of the source.",
  }),
};

export const messageCut: Definition<{ bytes: number }> = {
  code: "S723",
  name: "message-cut",
  severity: "error",
  explanation:
    "A connection ended in the middle of a syslog message. Syslog has no acknowledgement, so the sender may believe that all of it arrived.",
  wording: ({ bytes }) => ({
    message: `The connection ended after ${bytes} bytes of a message`,
    help: "Look for senders or proxies that close connections; use the http source where nothing may be lost.",
  }),
};

export const badListenAddress: Definition<{ key: string; value: string }> = {
  code: "S724",
  name: "bad-listen-address",
  severity: "error",
  explanation: "A receiver listens at a host and a port, such as 127.0.0.1:8514 or [::1]:8514.",
  wording: ({ key, value }) => ({
    message: `"${key}" cannot be ${JSON.stringify(value)}: it is no host and port`,
    help: "Write 127.0.0.1:8514 for senders on this machine, or 0.0.0.0:8514 for all.",
  }),
};

export const badNetwork: Definition<{ key: string; value: string }> = {
  code: "S725",
  name: "bad-network",
  severity: "error",
  explanation:
    "Networks that may connect are written as an address or as an address and a prefix length, such as 10.1.0.0/16 or 2001:db8::/32.",
  wording: ({ key, value }) => ({
    message: `"${key}" holds ${JSON.stringify(value)}, which is no address or network`,
    help: "Write an address such as 10.1.2.3, or a network such as 10.1.0.0/16.",
  }),
};

export const badBroker: Definition<{ key: string; value: string; problem: string }> = {
  code: "S740",
  name: "bad-broker",
  severity: "error",
  explanation:
    "Brokers of a Kafka cluster are named as host:port. They are reached over TLS with a verified certificate; plaintext is taken for brokers on this machine only, and only with allow_plaintext.",
  wording: ({ key, value, problem }) => ({
    message: `"${key}" cannot hold ${JSON.stringify(value)}: ${problem}`,
    help: "Write brokers as host:port, such as kafka-1.example:9093.",
  }),
};

export const kafkaNoValue: Definition<Record<never, never>> = {
  code: "S741",
  name: "kafka-no-value",
  severity: "error",
  explanation:
    "A Kafka message without a value is a tombstone: it marks a key as deleted in a compacted topic. It carries no event. Audit events belong into a topic that is not compacted.",
  wording: () => ({
    message: "The message has no value",
    help: "Let the producer send one JSON event as the value, and set cleanup.policy=delete for the topic.",
  }),
};

export const kafkaNotUtf8: Definition<Record<never, never>> = {
  code: "S742",
  name: "kafka-not-utf8",
  severity: "error",
  explanation:
    "The value of a Kafka message is not valid UTF-8. Decoding it would replace bytes, and an altered event is no evidence. A schema registry's Avro or Protobuf is the usual cause.",
  wording: () => ({
    message: "The value of the message is not valid UTF-8",
    help: "Let the producer send one event as JSON in UTF-8.",
  }),
};

export const kafkaTooLarge: Definition<{ bytes: number; limit: number }> = {
  code: "S743",
  name: "kafka-too-large",
  severity: "error",
  explanation:
    "The value of a Kafka message is longer than an audit event may be. Content that belongs to no audit event is the usual cause.",
  wording: ({ bytes, limit }) => ({
    message: `The value of the message has ${bytes} bytes; at most ${limit} are read`,
    help: "Send metadata only, one event in each message.",
  }),
};

export const kafkaExpired: Definition<{ from: string; to: string }> = {
  code: "S744",
  name: "kafka-expired",
  severity: "error",
  explanation:
    "The topic's retention deleted messages before this consumer group had read them. They are lost. The connector goes on with the oldest message that is left.",
  wording: ({ from, to }) => ({
    message: `Offsets ${from} to ${to} were deleted before they were read`,
    help: "Raise retention.ms and retention.bytes of the topic above the longest outage you expect, and watch the group's lag.",
  }),
};

export const kafkaRewound: Definition<{ committed: string; end: string }> = {
  code: "S745",
  name: "kafka-rewound",
  severity: "error",
  explanation:
    "The consumer group had read further than the topic now reaches: the topic was deleted and created again, or an unclean leader election cut its end. The connector starts again with the oldest message; events it had taken before are known by their event_id.",
  wording: ({ committed, end }) => ({
    message: `The group has read up to offset ${committed}, but the partition ends at ${end}`,
    help: "Find out who recreated the topic, and set unclean.leader.election.enable=false.",
  }),
};

export const readerDefect: Definition<{ detail: string }> = {
  code: "S750",
  name: "reader-defect",
  severity: "error",
  explanation:
    "This version stumbled over a record that it should have taken or refused with a reason. The record is kept in the reject file, and the records around it are not affected.",
  wording: ({ detail }) => ({
    message: `This version cannot read the record: ${detail}`,
    help: "Report the record's shape as a defect; send it again from the reject file after an upgrade.",
  }),
};

export const notPlainValue: Definition<{ detail: string }> = {
  code: "S751",
  name: "not-plain-value",
  severity: "error",
  explanation:
    "A program handed over a value that JSON cannot say: a date, a map, a function, a number that is none, something that refers to itself. Writing it would change or lose a part of the event.",
  wording: ({ detail }) => ({
    message: `The event cannot be written as JSON: ${detail}`,
    help: "Hand over plain objects, lists, strings, finite numbers and booleans; times as RFC 3339 text.",
  }),
};

export const badActivityType: Definition<{ detail: string }> = {
  code: "S755",
  name: "bad-activity-type",
  severity: "error",
  explanation:
    "The table of activity types says for each type of the Compliance API which audit event it becomes: kind, outcome, permission, severity, and where the fact is from. Values are words, $field for what the activity holds, ?field for whether it holds it.",
  wording: ({ detail }) => ({
    message: `A row of the table of activity types is wrong: ${detail}`,
    help: "Compare with the rows around it; the head of the table says what each key means.",
  }),
};

export const notActivity: Definition<{ detail: string }> = {
  code: "S756",
  name: "not-activity",
  severity: "error",
  explanation:
    "The Compliance API sent something in its list of activities that lacks an id, a type or a time, so it cannot become an audit event. It is kept in the reject file; the activities around it are not affected.",
  wording: ({ detail }) => ({
    message: `The record is no activity: ${detail}`,
    help: "Look at the record in the reject file, and ask for an update of claude-siem when its form is new.",
  }),
};

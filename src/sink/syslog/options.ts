/** Settings of the sink kind `syslog`. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, duration, integer, optionalText, text } from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import { size } from "../../config/size.ts";
import { FACILITIES, type Facility } from "./message.ts";

export interface SyslogOptions {
  readonly host: string;
  readonly port: number;
  readonly transport: "tls" | "tcp" | "udp";
  readonly ca_file: string | undefined;
  readonly cert_file: string | undefined;
  readonly key_file: string | undefined;
  readonly server_name: string | undefined;
  readonly facility: Facility;
  readonly hostname: string | undefined;
  readonly app_name: string;
  readonly enterprise_number: number;
  readonly encoding: "ascii" | "utf8";
  /** Bytes. */
  readonly message_size_max: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly settle: number;
  readonly resend_records: number;
  /** Milliseconds. */
  readonly resend_within: number;
}

/** Largest payload of a UDP datagram over IPv4 (RFC 768 and RFC 791). */
const DATAGRAM_BYTES_MAX = 65_507;

const peer: Pick<
  OptionTable<SyslogOptions>,
  "host" | "port" | "transport" | "ca_file" | "cert_file" | "key_file" | "server_name"
> = {
  host: text({ doc: "Name or address of the receiver.", example: "syslog.example.com" }),
  port: integer({
    doc: "Port of the receiver. 6514 is the port of syslog over TLS (RFC 5425).",
    fallback: 6514,
    min: 1,
    max: 65_535,
  }),
  transport: choice({
    doc: "`tls`: encrypted, the receiver's certificate is verified. `tcp`: everybody on the way can read the events. `udp`: besides, datagrams vanish without a trace; only for receivers that have nothing else.",
    fallback: "tls",
    of: ["tls", "tcp", "udp"],
  }),
  ca_file: optionalPath({
    doc: "PEM file of a private certificate authority; without it the system's authorities count.",
    example: "/etc/claude-siem/ca.pem",
  }),
  cert_file: optionalPath({
    doc: "PEM file with the certificate that proves to the receiver who sends. Goes with key_file.",
    example: "/etc/claude-siem/client.pem",
  }),
  key_file: optionalPath({
    doc: "PEM file with the private key of cert_file.",
    example: "/etc/claude-siem/client.key",
  }),
  server_name: optionalText({
    doc: "Name in the receiver's certificate, where it is not the host.",
  }),
};

export const syslogOptions: OptionTable<SyslogOptions> = {
  ...peer,
  facility: choice({
    doc: "Facility of the messages (RFC 5424, table 1). `audit` is number 13, log audit.",
    fallback: "audit",
    of: FACILITIES,
  }),
  hostname: optionalText({
    doc: "HOSTNAME of the messages; without it the name of this machine.",
  }),
  app_name: text({ doc: "APP-NAME of the messages.", fallback: "claude-siem" }),
  enterprise_number: integer({
    doc: "Private enterprise number in the name of the structured data, [claude@32473 …]. 32473 is the number reserved for examples (RFC 5612); put your own organization's here if receivers route on it.",
    fallback: 32_473,
    min: 1,
    max: 4_294_967_295,
  }),
  encoding: choice({
    doc: "`ascii`: characters beyond ASCII are written as JSON escapes, which every receiver takes. `utf8`: as they are, after the byte order mark that RFC 5424 asks for.",
    fallback: "ascii",
    of: ["ascii", "utf8"],
  }),
  message_size_max: size({
    doc: "Largest message that is sent; larger events become dead letters and are never cut. Receivers should take 8192 bytes (RFC 5425, section 4.3.1); raise both sides together.",
    fallback: 8192,
    minBytes: 480,
    maxBytes: 1_048_576,
  }),
  timeout: duration({
    doc: "How long connecting, and then writing a batch and having it acknowledged by the receiver's TCP, may take.",
    fallback: 15_000,
    minMs: 100,
    maxMs: 300_000,
  }),
  settle: duration({
    doc: "How long the connection must survive after a batch before it counts as delivered. Syslog has no acknowledgement; this notices receivers that break off what they do not take.",
    fallback: 200,
    minMs: 0,
    maxMs: 60_000,
  }),
  resend_records: integer({
    doc: "How many delivered records are kept in memory and sent again after a connection broke, because the receiver may not have read them. They arrive twice then, with the same event_id.",
    fallback: 1000,
    min: 0,
    max: 100_000,
  }),
  resend_within: duration({
    doc: "Records delivered longer than this before the break are not sent again.",
    fallback: 10_000,
    minMs: 0,
    maxMs: 3_600_000,
  }),
};

/** Settings that do not go together. */
export function syslogConflicts(options: SyslogOptions): readonly SettingConflict[] {
  const conflicts: SettingConflict[] = [];
  if ((options.cert_file === undefined) !== (options.key_file === undefined))
    conflicts.push({
      key: options.cert_file === undefined ? "key_file" : "cert_file",
      problem: "a certificate and its key go together, and one is missing",
      instruction: "Set both cert_file and key_file, or neither.",
    });
  const tlsKeys = ["ca_file", "cert_file", "key_file", "server_name"] as const;
  const useless = tlsKeys.find((key) => options[key] !== undefined);
  if (options.transport !== "tls" && useless !== undefined)
    conflicts.push({
      key: useless,
      problem: `transport ${options.transport} has no certificates`,
      instruction: "Set transport: tls, or leave out the settings of certificates.",
    });
  if (options.transport === "udp" && options.message_size_max > DATAGRAM_BYTES_MAX)
    conflicts.push({
      key: "message_size_max",
      problem: `a datagram holds at most ${DATAGRAM_BYTES_MAX} bytes`,
      instruction: "Lower message_size_max, or use transport tls or tcp.",
    });
  return conflicts;
}

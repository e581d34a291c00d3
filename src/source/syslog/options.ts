/** Settings of the syslog source. */
import type { ListenAddress } from "../../config/listen.ts";
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, duration, flag, integer } from "../../config/option-type.ts";
import { size } from "../../config/size.ts";
import { receiverAddress } from "../receiver/address.ts";
import { exposureConflicts } from "../receiver/conflict.ts";
import { networks } from "../receiver/network.ts";
import { speaksTls, type TlsSettings, tlsConflicts, tlsOptions } from "../receiver/tls.ts";

/** Durations in milliseconds, sizes in bytes. */
export interface SyslogOptions extends TlsSettings {
  readonly listen: ListenAddress;
  readonly protocol: "tcp" | "udp";
  readonly allow_plain: boolean;
  readonly allow_from: readonly string[];
  readonly message_max: number;
  readonly connections_max: number;
  readonly idle_timeout: number;
}

const DAY_MS = 86_400_000;

export const syslogOptions: OptionTable<SyslogOptions> = {
  listen: receiverAddress({
    doc: "Where messages are taken. An address that others can reach needs TLS or allow_plain, and client_ca_file or allow_from.",
    fallback: "127.0.0.1:6514",
  }),
  protocol: choice({
    doc: "udp loses messages without anybody noticing; take it only for senders that know nothing else.",
    of: ["tcp", "udp"],
    fallback: "tcp",
  }),
  ...tlsOptions,
  allow_plain: flag({
    doc: "Take unencrypted messages from the network, where nobody else can read what travels there.",
  }),
  allow_from: networks({
    doc: "Addresses and networks that may send; all may when the list is empty.",
    example: "[10.20.0.0/16, 2001:db8::/32]",
  }),
  message_max: size({
    doc: "Longest message. Longer ones are rejected as a whole, never cut.",
    fallback: 262_144,
    minBytes: 2048,
    maxBytes: 1_048_576,
  }),
  connections_max: integer({
    doc: "Connections at once; further ones are closed.",
    fallback: 128,
    min: 1,
    max: 10_000,
  }),
  idle_timeout: duration({
    doc: "How long a connection may be silent. Many senders notice a closed connection only after they have written another message into it, which is lost then; so this is long.",
    fallback: DAY_MS,
    minMs: 100,
    maxMs: 30 * DAY_MS,
  }),
};

function udpConflicts(settings: SyslogOptions): readonly SettingConflict[] {
  if (settings.protocol !== "udp" || !speaksTls(settings)) return [];
  return [
    {
      key: "tls_cert_file",
      problem: "there is no TLS over udp",
      instruction: "Write protocol: tcp, or leave the certificate out.",
    },
  ];
}

export function syslogConflicts(settings: SyslogOptions): readonly SettingConflict[] {
  return [
    ...tlsConflicts(settings),
    ...udpConflicts(settings),
    ...exposureConflicts({
      listen: settings.listen,
      isPrivate: speaksTls(settings) || settings.allow_plain,
      makePrivate:
        "Set tls_cert_file and tls_key_file, or allow_plain: true where nobody else can read what travels",
      asksWho: settings.client_ca_file !== undefined || settings.allow_from.length > 0,
      makeAsk: "Set client_ca_file or allow_from",
    }),
  ];
}

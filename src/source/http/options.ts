/** Settings of the http source. */
import type { ListenAddress } from "../../config/listen.ts";
import type { Option, OptionTable, SettingConflict } from "../../config/option.ts";
import { duration, flag, integer, secrets, text } from "../../config/option-type.ts";
import type { SecretReference } from "../../config/secret.ts";
import { size } from "../../config/size.ts";
import { type RecordFormat, recordFormatOption } from "../gateway/format.ts";
import { receiverAddress } from "../receiver/address.ts";
import { exposureConflicts } from "../receiver/conflict.ts";
import { speaksTls, type TlsSettings, tlsConflicts, tlsOptions } from "../receiver/tls.ts";

/** Durations in milliseconds, sizes in bytes. */
export interface ServerOptions extends TlsSettings {
  readonly listen: ListenAddress;
  readonly tokens: readonly SecretReference[];
  readonly behind_proxy: boolean;
  readonly body_max: number;
  readonly events_max: number;
  readonly requests_max: number;
  readonly connections_max: number;
  readonly events_per_second: number;
  readonly header_timeout: number;
  readonly request_timeout: number;
  readonly idle_timeout: number;
  readonly answer_timeout: number;
}

export interface HttpOptions extends ServerOptions {
  readonly path: string;
  readonly format: RecordFormat;
}

const MIB = 1_048_576;

/** What is set alike for every receiver that speaks HTTP, once it has an address. */
export const serverOptions: OptionTable<Omit<ServerOptions, "listen">> = {
  tokens: secrets({
    doc: "Tokens, each of at least 16 characters, one of which a sender must show as `Authorization: Bearer …`. List the new one beside the old one to rotate.",
    example: "[{env: CLAUDE_SIEM_INGEST_TOKEN}]",
  }),
  ...tlsOptions,
  behind_proxy: flag({
    doc: "A proxy in front ends TLS, and nobody else can read what travels between it and here. Tokens are asked for all the same.",
  }),
  body_max: size({
    doc: "Largest body, after decompression too. Times requests_max this bounds the memory that senders can fill.",
    fallback: 4 * MIB,
    minBytes: 65_536,
    maxBytes: 64 * MIB,
  }),
  events_max: integer({
    doc: "Most events in a request.",
    fallback: 10_000,
    min: 1,
    max: 100_000,
  }),
  requests_max: integer({
    doc: "Requests that are worked on at once; further ones get 503 with Retry-After.",
    fallback: 32,
    min: 1,
    max: 1000,
  }),
  connections_max: integer({
    doc: "Connections at once; further ones are closed.",
    fallback: 256,
    min: 1,
    max: 10_000,
  }),
  events_per_second: integer({
    doc: "Events a second from one sender (token, certificate or address) before it gets 429 with Retry-After; 0 sets no bound.",
    fallback: 0,
    min: 0,
    max: 1_000_000,
  }),
  header_timeout: duration({
    doc: "How long the headers of a request may take.",
    fallback: 10_000,
    minMs: 100,
    maxMs: 120_000,
  }),
  request_timeout: duration({
    doc: "How long a whole request may take to arrive.",
    fallback: 60_000,
    minMs: 100,
    maxMs: 600_000,
  }),
  idle_timeout: duration({
    doc: "How long a connection may stay open between requests.",
    fallback: 30_000,
    minMs: 100,
    maxMs: 600_000,
  }),
  answer_timeout: duration({
    doc: "How long a sender waits for its events to be durable before it gets 503 and sends again. Events may be taken twice then, with the same ids.",
    fallback: 30_000,
    minMs: 100,
    maxMs: 600_000,
  }),
};

export const httpOptions: OptionTable<HttpOptions> = {
  listen: listenOption("127.0.0.1:8088"),
  path: text({
    doc: "Path that takes events with POST. GET /health answers whether events are taken at the moment.",
    fallback: "/v1/events",
  }),
  format: recordFormatOption,
  ...serverOptions,
};

/** Address of a receiver that speaks HTTP. */
export function listenOption(fallback: string): Option<ListenAddress> {
  return receiverAddress({
    doc: "Where requests are taken. An address that others can reach needs TLS (or behind_proxy) and tokens or client_ca_file.",
    fallback,
  });
}

/** Settings that would leave a receiver open to everybody, or that do nothing. */
export function serverConflicts(settings: ServerOptions): readonly SettingConflict[] {
  return [
    ...tlsConflicts(settings),
    ...exposureConflicts({
      listen: settings.listen,
      isPrivate: speaksTls(settings) || settings.behind_proxy,
      makePrivate:
        "Set tls_cert_file and tls_key_file, or behind_proxy: true where a proxy in front ends TLS",
      asksWho: settings.tokens.length > 0 || settings.client_ca_file !== undefined,
      makeAsk: "Set tokens or client_ca_file",
    }),
  ];
}

export function httpConflicts(settings: HttpOptions): readonly SettingConflict[] {
  const conflicts = serverConflicts(settings);
  if (/^\/[A-Za-z0-9._~/-]*$/.test(settings.path) && settings.path !== "/health") return conflicts;
  return [
    ...conflicts,
    {
      key: "path",
      problem: "it is not a plain path, or it is the one that tells about health",
      instruction: "Write a path such as /v1/events.",
    },
  ];
}

/** Settings of the otlp source. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, duration, integer } from "../../config/option-type.ts";
import { size } from "../../config/size.ts";
import {
  listenOption,
  type ServerOptions,
  serverConflicts,
  serverOptions,
} from "../http/options.ts";
import type { IdentityOrder } from "./claude-code.ts";

export interface OtlpOptions extends ServerOptions {
  readonly identity: IdentityOrder;
}

const MIB = 1_048_576;

export const otlpOptions: OptionTable<OtlpOptions> = {
  listen: listenOption("127.0.0.1:4318"),
  identity: choice({
    doc: "What a user's pseudonym is made of where a record has several identities: the account id, which the Compliance API uses too, or the e-mail address. Choose the one that your context tables list.",
    of: ["account", "email"],
    fallback: "account",
  }),
  ...serverOptions,
  body_max: size({
    doc: "Largest body, after decompression too. Times requests_max this bounds the memory that senders can fill. Clients that export prompts or API bodies send large ones.",
    fallback: 16 * MIB,
    minBytes: 65_536,
    maxBytes: 64 * MIB,
  }),
  events_max: integer({
    doc: "Most log records in a request.",
    fallback: 50_000,
    min: 1,
    max: 100_000,
  }),
  requests_max: integer({
    doc: "Requests that are worked on at once; further ones get 503 with Retry-After.",
    fallback: 16,
    min: 1,
    max: 1000,
  }),
  answer_timeout: duration({
    doc: "How long a sender waits for its records to be durable before it gets 503 and sends again. Exporters wait 10 s by themselves. Records may be taken twice then, with the same ids.",
    fallback: 8000,
    minMs: 100,
    maxMs: 600_000,
  }),
};

export function otlpConflicts(settings: OtlpOptions): readonly SettingConflict[] {
  return serverConflicts(settings);
}

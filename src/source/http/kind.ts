/** A receiver of events over HTTP: 200 only after they are durable. */
import { inFormat } from "../gateway/in-format.ts";
import { refuseConflicts } from "../receiver/conflict.ts";
import type { SourceKind } from "../source.ts";
import { eventService } from "./events.ts";
import { type HttpOptions, httpConflicts, httpOptions } from "./options.ts";
import { limitsOf } from "./receive.ts";
import { HttpReceiver } from "./receiver.ts";

export const httpSourceKind: SourceKind<HttpOptions> = {
  kind: "http",
  summary:
    "Takes events with POST, as JSON lines, one object or an array, and answers 200 only when they are durable. Senders that send again after a broken connection are right to.",
  options: httpOptions,
  conflicts: httpConflicts,
  open: async (options, tools) => {
    refuseConflicts(httpConflicts(options));
    const service = eventService(options.path, limitsOf(options));
    return inFormat(new HttpReceiver("http", options, service, tools), options.format);
  },
};

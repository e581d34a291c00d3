/** A receiver of OpenTelemetry over HTTP, for Claude Code, Cowork and collectors in front of them. */
import { limitsOf } from "../http/receive.ts";
import { HttpReceiver } from "../http/receiver.ts";
import { showAddress } from "../receiver/address.ts";
import { refuseConflicts } from "../receiver/conflict.ts";
import { throttleWarnings } from "../receiver/throttle.ts";
import { speaksTls } from "../receiver/tls.ts";
import type { SourceKind, SourceNote, SourceTools } from "../source.ts";
import { type OtlpOptions, otlpConflicts, otlpOptions } from "./options.ts";
import { otlpService } from "./service.ts";
import { Tally } from "./tally.ts";

class OtlpSource extends HttpReceiver {
  readonly #options: OtlpOptions;
  readonly #tally: Tally;

  constructor(options: OtlpOptions, tools: SourceTools) {
    const tally = new Tally(tools.now, throttleWarnings(tools.warn, tools.now));
    const { identity } = options;
    super("otlp", options, otlpService({ limits: limitsOf(options), identity, tally }), tools);
    this.#options = options;
    this.#tally = tally;
  }

  readonly notes = (): readonly SourceNote[] => this.#tally.notes();

  readonly whenSilent = (): string => {
    const { listen, tokens } = this.#options;
    const scheme = speaksTls(this.#options) ? "https" : "http";
    const headers = tokens.length > 0 ? " OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer …'" : "";
    return (
      "Set for the clients, before they start: CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp " +
      "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_LOG_TOOL_DETAILS=1 " +
      `OTEL_EXPORTER_OTLP_ENDPOINT=${scheme}://${showAddress(listen.host, listen.port)}${headers}`
    );
  };
}

export const otlpSourceKind: SourceKind<OtlpOptions> = {
  kind: "otlp",
  summary:
    "Takes OpenTelemetry over HTTP (OTLP, http/protobuf and http/json) from Claude Code, Cowork and collectors, and answers 200 only when the records are durable. Prompts, tool input and other content are not kept.",
  options: otlpOptions,
  conflicts: otlpConflicts,
  open: async (options, tools) => {
    refuseConflicts(otlpConflicts(options));
    return new OtlpSource(options, tools);
  },
};

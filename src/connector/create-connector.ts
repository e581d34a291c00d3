/** The connector as a library: one call from a configuration to something that takes events. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { systemClock } from "../delivery/clock.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Log } from "./alarm.ts";
import { parseConnectorConfig } from "./config.ts";
import type { Kinds } from "./config-table.ts";
import { Connector } from "./connector.ts";
import { createLog } from "./log.ts";
import { kinds } from "./registry.ts";
import { packageVersion } from "./version.ts";
import type { World } from "./world.ts";

/** A source or sink of a configuration: its kind's settings beside name and kind. */
export interface ConfigurationItem {
  readonly name: string;
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** The keys of claude-siem.yaml as a value; docs/configuration.md lists all of them. */
export interface Configuration {
  readonly version: 1;
  readonly data_dir?: string;
  readonly deployment?: string;
  readonly pseudonym: { readonly key: { readonly env: string } | { readonly file: string } };
  /** None are needed when the program appends all events itself. */
  readonly sources?: readonly ConfigurationItem[];
  readonly sinks: readonly ConfigurationItem[];
  readonly [setting: string]: unknown;
}

export interface CreateOptions {
  /** Where the connector's own messages go; structured lines on stderr when absent. */
  readonly log?: Log;
  /** Environment that `{env: NAME}` refers to; that of the process when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Kinds that the configuration may name; those of this package when absent. */
  readonly kinds?: Kinds;
}

/** The configuration cannot be used; `diagnostics` says where and what to do. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const texts = diagnostics.map(
      ({ span, code, message, help }) =>
        `${span.file}:${span.line}:${span.column} ${code}: ${message}. ${help}`,
    );
    super(texts.join("\n"));
    this.diagnostics = diagnostics;
  }
}

/**
 * Starts a connector in this process.
 *
 * @param configuration Path of a claude-siem.yaml, or its keys as a value. Relative paths in a value
 *   count from the working folder. The status page is served by `claude-siem run` only.
 * @example
 * const connector = await createConnector({
 *   version: 1,
 *   data_dir: "/var/lib/my-app/audit",
 *   pseudonym: { key: { env: "CLAUDE_SIEM_KEY" } },
 *   sinks: [{ name: "archive", kind: "file", folder: "/var/log/claude" }],
 * });
 * const { seq } = await connector.append(event); // resolves after fsync
 * await connector.stop();
 */
export async function createConnector(
  configuration: Configuration | string,
  options: CreateOptions = {},
): Promise<Connector> {
  const isPath = typeof configuration === "string";
  // JSON is YAML, so a value goes the same way as a file and is judged by the same reader.
  const text = isPath
    ? readFileSync(configuration, "utf8")
    : JSON.stringify(configuration, null, 2);
  const file = isPath ? configuration : "configuration";
  const parsed = parseConnectorConfig(text, file, {
    ...(options.kinds ?? kinds),
    sourcesOptional: true,
  });
  if (!parsed.ok) throw new ConfigurationError(parsed.diagnostics);
  const world: World = {
    clock: systemClock,
    random: randomBytes,
    environment: options.environment ?? process.env,
    log: options.log ?? createLog(parsed.value.log, process.stderr),
    version: packageVersion(),
  };
  const started = await Connector.start(parsed.value, world);
  if (!started.ok) throw new ConfigurationError(started.diagnostics);
  return started.value;
}

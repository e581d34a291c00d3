/** The status page: of the connector that runs, or whether one could have its address. */
import { createServer } from "node:net";
import type { ListenAddress } from "../../config/listen.ts";
import type { ReadSecret } from "../../config/secret.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import type { ConnectorConfig } from "../config.ts";
import type { ConnectorStatus } from "../status.ts";
import { failed, ok, reasonOf, warning } from "./check.ts";

function urlOf({ host, port }: ListenAddress, path: string): string {
  const asked = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${asked.includes(":") ? `[${asked}]` : asked}:${port}${path}`;
}

function canListen({ host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** What keeps a source from its work, or keeps something from its events. */
function sourceFindings(source: ConnectorStatus["sources"][number]): readonly CheckFinding[] {
  const { name, state, lastError, notes, whenSilent } = source;
  const about = `source ${name}`;
  const findings: CheckFinding[] = [];
  if (state === "failing")
    findings.push(
      failed(
        `${about} is failing: ${lastError?.reason ?? "no reason given"}`,
        "Mend what the reason names.",
      ),
    );
  if (whenSilent !== undefined)
    findings.push(warning(`${about} has taken nothing since it started`, whenSilent));
  for (const { count, meaning, instruction } of notes)
    if (instruction !== undefined)
      findings.push(warning(`${about}: ${count} ${meaning}`, instruction));
  return findings;
}

/** What the connector says of its parts, where it is not well. */
function partFindings({ sources, sinks, journal, disk }: ConnectorStatus): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  if (journal.state === "blocked")
    findings.push(
      failed(
        `nothing is acknowledged: ${journal.reason ?? "the journal cannot be written"}`,
        "Free space or mend the device; it goes on by itself.",
      ),
    );
  if (disk.low)
    findings.push(failed("no events are taken: the disk is almost full", "Free space."));
  for (const source of sources) findings.push(...sourceFindings(source));
  for (const { name, state, lastError, lagRecords } of sinks) {
    const reason = lastError?.reason ?? "no reason given";
    const instruction = lastError?.instruction ?? "See the reason; it is tried again by itself.";
    if (state === "held")
      findings.push(
        failed(`sink ${name} is held, ${lagRecords} records wait: ${reason}`, instruction),
      );
    if (state === "retrying")
      findings.push(
        warning(`sink ${name} is tried again, ${lagRecords} records wait: ${reason}`, instruction),
      );
  }
  return findings;
}

/**
 * @param holder Process of the connector that runs.
 * @param readSecret Reads the token of the page, where it has one.
 */
export async function checkStatusPage(
  { server }: ConnectorConfig,
  holder: number | undefined,
  readSecret: ReadSecret,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { enabled, listen, token } = server;
  if (!enabled) return [ok("it is switched off")];
  const place = `${listen.host}:${listen.port}`;
  if (holder === undefined) {
    try {
      await canListen(listen);
      return [ok(`${place} is free for it`)];
    } catch (cause) {
      const advice = "Stop what uses the address, or set server.listen to another.";
      return [failed(`${place} cannot be had: ${reasonOf(cause)}`, advice)];
    }
  }
  if (listen.port === 0) return [ok("it listens at a port of the system's choice")];
  try {
    const headers: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${readSecret(token)}` };
    const response = await fetch(urlOf(listen, "/status.json"), { headers, signal });
    if (response.status !== 200) throw new Error(`HTTP status ${response.status}`);
    const status = (await response.json()) as ConnectorStatus;
    return [ok(`answers at ${place}, version ${status.version}`), ...partFindings(status)];
  } catch (cause) {
    const detail =
      cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
    const instruction = `Look at the log of process ${holder}: it may hang, run with another configuration, or serve no page.`;
    return [failed(`it does not answer at ${place}: ${reasonOf(cause)}${detail}`, instruction)];
  }
}

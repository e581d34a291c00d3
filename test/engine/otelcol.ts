/**
 * The OpenTelemetry Collector as a receiver that others wrote: HEC with acknowledgements, syslog over TCP
 * with octet counting, OTLP over HTTP. `scripts/engines/otelcol.sh` builds it; CLAUDE_SIEM_OTELCOL names
 * the binary.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const binary = process.env["CLAUDE_SIEM_OTELCOL"];

/** Whether there is a collector; says once that there is none. */
export const hasOtelcol: boolean = binary !== undefined && existsSync(binary);
if (!hasOtelcol)
  process.stdout.write(
    "skipped: no OpenTelemetry Collector (CLAUDE_SIEM_OTELCOL names the binary; scripts/engines/otelcol.sh builds it)\n",
  );

/** A value of OTLP/JSON. */
interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

/** A record as the collector wrote it down, in plain values. */
export interface CollectedRecord {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly body: unknown;
  /** Those of the record over those of its resource. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Otelcol {
  readonly hecUrl: string;
  readonly otlpUrl: string;
  /** RFC 5424 over TCP, octet counting. */
  readonly syslogPort: number;
  readonly records: () => readonly CollectedRecord[];
  readonly close: () => Promise<void>;
}

function plain(value: AnyValue | undefined): unknown {
  if (value === undefined) return undefined;
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = value;
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(plain);
  if (kvlistValue !== undefined) return plainMap(kvlistValue.values);
  return intValue === undefined ? (stringValue ?? doubleValue ?? boolValue) : Number(intValue);
}

function plainMap(entries: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, plain(value)]));
}

interface ExportedLogs {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly {
        readonly timeUnixNano?: string;
        readonly body?: AnyValue;
        readonly attributes?: readonly KeyValue[];
      }[];
    }[];
  }[];
}

/** Records of complete lines; the last one may still be on its way. */
function readRecords(path: string): readonly CollectedRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines
    .flatMap((line) => (JSON.parse(line) as ExportedLogs).resourceLogs ?? [])
    .flatMap(({ resource, scopeLogs }) =>
      (scopeLogs ?? [])
        .flatMap(({ logRecords }) => logRecords ?? [])
        .map(({ timeUnixNano = "0", body, attributes }) => ({
          time: Math.round(Number(timeUnixNano) / 1e6),
          body: plain(body),
          attributes: { ...plainMap(resource?.attributes), ...plainMap(attributes) },
        })),
    );
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

function configuration(output: string, [hec, otlp, syslog]: readonly number[]): string {
  return JSON.stringify({
    extensions: { ack: {} },
    receivers: {
      splunk_hec: { endpoint: `127.0.0.1:${hec}`, ack: { extension: "ack" } },
      otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } },
      syslog: {
        protocol: "rfc5424",
        enable_octet_counting: true,
        tcp: { listen_address: `127.0.0.1:${syslog}`, max_log_size: "4MiB" },
      },
    },
    exporters: { file: { path: output, flush_interval: "100ms" } },
    service: {
      telemetry: { metrics: { level: "none" } },
      extensions: ["ack"],
      pipelines: {
        logs: { receivers: ["splunk_hec", "otlp", "syslog"], exporters: ["file"] },
      },
    },
  });
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/services/collector/health`)).ok;
  } catch {
    return false;
  }
}

/** Starts a collector of its own on free ports of loopback. */
export async function startOtelcol(): Promise<Otelcol> {
  if (binary === undefined) throw new Error("CLAUDE_SIEM_OTELCOL is not set");
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-otelcol-"));
  const output = join(folder, "out.ndjson");
  const ports = await freePorts(3);
  writeFileSync(join(folder, "config.yaml"), configuration(output, ports));
  const child = spawn(binary, ["--config", join(folder, "config.yaml")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const exited = once(child, "exit");
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const hecUrl = `http://127.0.0.1:${ports[0]}`;
  for (let tries = 0; !(await isHealthy(hecUrl)); tries += 1) {
    if (child.exitCode !== null || tries > 200) {
      await close();
      throw new Error(`the collector did not start: ${log}`);
    }
    await sleep(50);
  }
  return {
    hecUrl,
    otlpUrl: `http://127.0.0.1:${ports[1]}`,
    syslogPort: ports[2] ?? 0,
    records: () => readRecords(output),
    close,
  };
}

/** Syslog sinks for tests. */
import { tmpdir } from "node:os";
import type { Sink } from "../../../src/delivery/sink.ts";
import { syslogKind } from "../../../src/sink/syslog/kind.ts";
import type { SyslogOptions } from "../../../src/sink/syslog/options.ts";

export const defaults: SyslogOptions = {
  host: "127.0.0.1",
  port: 6514,
  transport: "tcp",
  ca_file: undefined,
  cert_file: undefined,
  key_file: undefined,
  server_name: undefined,
  facility: "audit",
  hostname: "gateway-1",
  app_name: "claude-siem",
  enterprise_number: 32_473,
  encoding: "ascii",
  message_size_max: 8192,
  timeout: 4000,
  settle: 40,
  resend_records: 100,
  resend_within: 10_000,
};

export async function openSyslog(
  changes: Partial<SyslogOptions>,
  warnings: string[] = [],
  now: () => number = Date.now,
): Promise<Sink> {
  return syslogKind.open(
    { ...defaults, ...changes },
    {
      name: "syslog-1",
      now,
      random: () => new Uint8Array(0),
      readSecret: () => "",
      folder: tmpdir(),
      warn: (message) => warnings.push(message),
    },
  );
}

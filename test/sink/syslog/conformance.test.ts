import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeSink, type SinkSubject } from "../../conformance/sink.ts";
import { selfSigned } from "../../wire/certificate.ts";
import type { WireFault } from "../../wire/fault.ts";
import { openSyslog } from "./open.ts";
import { type ReceiverFault, startReceiver } from "./receiver.ts";

const folder = mkdtempSync(join(tmpdir(), "claude-siem-syslog-"));
const certificate = selfSigned();
const caFile = join(folder, "ca.pem");
writeFileSync(caFile, certificate.cert);
afterAll(() => rmSync(folder, { recursive: true }));

/** Syslog has no answers, so faults of answers cannot happen. */
const inapplicable = [
  ...["reset-mid-answer", "hang", "hang-stored", "trickle", "page", "empty", "truncated", "flood"],
  "redirect",
  ...[401, 403, 407, 408, 413, 429, 500, 502, 503, 504].map((status) => `status ${status}`),
  "status 429, Retry-After 7",
];

function subject(name: string, secured: boolean): SinkSubject {
  return {
    name,
    inapplicable,
    open: async () => {
      const receiver = await startReceiver(secured ? certificate : undefined);
      const sink = await openSyslog({
        port: receiver.port,
        ...(secured && { transport: "tls", ca_file: caFile }),
      });
      return {
        sink,
        secrets: [certificate.key],
        stored: () => {
          if (receiver.problems.length > 0) throw new Error(receiver.problems.join("; "));
          return receiver.eventIds();
        },
        inject: async (fault: WireFault) =>
          receiver.inject(fault.kind === "hang" ? "deaf" : (fault.kind as ReceiverFault)),
        heal: receiver.heal,
        openConnections: receiver.connections,
        close: receiver.close,
      };
    },
  };
}

describeSink(subject("syslog over TCP", false));
describeSink(subject("syslog over TLS", true));

import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { syslogConflicts } from "../../../src/sink/syslog/options.ts";
import { journaledRange } from "../../conformance/event.ts";
import { defaults, openSyslog } from "./open.ts";
import { parseMessage } from "./parse.ts";

const never = (): AbortSignal => new AbortController().signal;

describe("syslog over UDP", () => {
  it("puts one message into each datagram, and warns that nothing shows its arrival", async () => {
    const receiver = createSocket("udp4");
    const ids: string[] = [];
    receiver.on("message", (bytes) => {
      const { event_id } = JSON.parse(parseMessage(bytes.toString()).text) as { event_id: string };
      ids.push(event_id);
    });
    await new Promise<void>((resolve) => receiver.bind(0, "127.0.0.1", resolve));
    const { port } = receiver.address() as AddressInfo;
    const sink = await openSyslog({ transport: "udp", port });
    const batch = journaledRange(5).map(sink.encode);
    const outcomes = await sink.send(batch as never, never());
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill("delivered"));
    expect(ids).toEqual(journaledRange(5).map(({ event }) => event.event_id));
    expect((await sink.check(never())).map(({ status }) => status)).toEqual(["warning"]);

    await new Promise<void>((resolve) => receiver.close(resolve));
    const [refused] = await sink.send(batch.slice(0, 1) as never, never());
    expect(refused?.kind).toBe("retry");
    await sink.close();
  });
});

describe("settings of syslog that do not go together", () => {
  it.each([
    ["cert_file", { transport: "tls", cert_file: "/c" }],
    ["key_file", { transport: "tls", key_file: "/k" }],
    ["ca_file", { transport: "tcp", ca_file: "/ca" }],
    ["message_size_max", { transport: "udp", message_size_max: 65_508 }],
  ] as const)("%s", (key, changes) => {
    expect(syslogConflicts({ ...defaults, ...changes })).toMatchObject([{ key }]);
  });

  it("are none of the defaults", () => {
    expect(syslogConflicts(defaults)).toEqual([]);
    const both = { ...defaults, transport: "tls", cert_file: "/c", key_file: "/k" } as const;
    expect(syslogConflicts(both)).toEqual([]);
  });
});

import { describeSink } from "../../conformance/sink.ts";
import { startFakeSplunk } from "../../wire/fake-splunk.ts";
import type { WireFault } from "../../wire/fault.ts";
import { openSplunk, TOKEN, transports } from "./open.ts";

for (const transport of transports) {
  for (const acknowledgement of ["off", "required"] as const) {
    describeSink({
      name: `splunk over ${transport}, acknowledgement ${acknowledgement}`,
      open: async () => {
        const acknowledges = acknowledgement === "required";
        const tokens = [{ value: TOKEN, indexes: ["main"], acknowledges }];
        const fake = await startFakeSplunk({ tokens });
        const { sink } = await openSplunk([fake.server.url], { transport, acknowledgement });
        return {
          sink,
          stored: fake.eventIds,
          inject: (fault: WireFault) =>
            fake.server.inject(fault, ({ path }) => path === "/services/collector/event"),
          heal: fake.server.heal,
          openConnections: fake.server.openConnections,
          secrets: [TOKEN],
          close: fake.server.close,
        };
      },
    });
  }
}

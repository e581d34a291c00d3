/** The sink kind elasticsearch does what every sink has to do. */
import { describeSink } from "../../conformance/sink.ts";
import type { FakeRequest } from "../../wire/fake-server.ts";
import { KEYS, open } from "./open.ts";

const carriesData = ({ path }: FakeRequest) => path.endsWith("/_bulk");

describeSink({
  name: "elasticsearch",
  open: async () => {
    const { sink, fake } = await open({ timeout: 800, batch_records: 500 });
    return {
      sink,
      stored: fake.eventIds,
      inject: (fault) => fake.inject(fault, carriesData),
      heal: fake.heal,
      openConnections: fake.openConnections,
      secrets: Object.values(KEYS),
      close: fake.close,
    };
  },
});

import { describeSink } from "../../conformance/sink.ts";
import { carriesData } from "../../wire/fake-azure.ts";
import { openSetting } from "./subject.ts";

describeSink({
  name: "sentinel",
  open: async () => {
    const setting = await openSetting();
    const { azure, sink, secrets } = setting;
    return {
      sink,
      stored: () => azure.workspace.eventIds(),
      inject: (fault) => azure.server.inject(fault, carriesData),
      heal: azure.server.heal,
      openConnections: azure.server.openConnections,
      get secrets() {
        return [...azure.secrets(), ...secrets.values()];
      },
      close: setting.close,
    };
  },
});

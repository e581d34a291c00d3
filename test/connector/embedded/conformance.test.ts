import { describeSink } from "../../conformance/sink.ts";
import { Ground, heldIds } from "./open.ts";

/** A file has no network. */
const inapplicable = [
  ...["refused", "reset-unread", "reset-stored", "reset-mid-answer", "hang", "hang-stored"],
  ...["trickle", "page", "empty", "truncated", "flood", "redirect"],
  ...[401, 403, 407, 408, 413, 429, 500, 502, 503, 504].map((status) => `status ${status}`),
  "status 429, Retry-After 7",
];

describeSink({
  name: "embedded",
  inapplicable,
  open: async () => {
    const ground = new Ground();
    const sink = ground.open();
    return {
      sink,
      stored: () => heldIds(sink),
      // An engine that answers after the patience of everybody.
      inject: async () => {
        ground.openMs = 300;
      },
      secrets: [],
      close: () => ground.clear(),
    };
  },
});

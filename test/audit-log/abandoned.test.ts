/** A stream that the program has dropped unread is told when its memory is taken back. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Anthropic from "@anthropic-ai/sdk";
import { expect, it } from "vitest";
import { audited } from "../../src/audit-log/anthropic/audited.ts";
import { startFakeMessages } from "../wire/fake-messages.ts";
import { setStage } from "./stage.ts";

it("leaves an event that says so", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const api = await startFakeMessages();
  const stage = await setStage();
  const client = audited(new Anthropic({ apiKey: "key", baseURL: api.url }), stage.log);
  const ask = async (): Promise<void> => {
    const messages = [{ role: "user" as const, content: "hello" }];
    await client.messages.create({ model: "claude-opus-5", max_tokens: 9, messages, stream: true });
  };
  await ask();
  await expect
    .poll(
      async () => {
        collect();
        return (await stage.written()).map(({ labels }) => labels?.["ended"]);
      },
      { timeout: 8000, interval: 50 },
    )
    .toEqual(["unread"]);
  await stage.end();
  await api.close();
});

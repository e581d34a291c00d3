import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isTestId, makeTestEvent } from "../../src/connector/test-event.ts";
import { detect } from "../../src/engine/detect.ts";
import { Store } from "../../src/engine/store.ts";
import { parseEventLine } from "../../src/event/parse.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { eventId, START } from "../conformance/event.ts";

const rules = readdirSync("rules").map((name) => {
  const path = join("rules", name, "rule.yaml");
  const parsed = parseRule(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(path);
  return parsed.value;
});

describe("the test event of doctor", () => {
  it("is a canonical event, known by its id", () => {
    const event = makeTestEvent(START, randomBytes);
    const parsed = parseEventLine(JSON.stringify(event), 1, { file: "test", strict: true });
    expect(parsed).toMatchObject({ ok: true, value: event, diagnostics: [] });
    expect(isTestId(event.event_id)).toBe(true);
    expect(isTestId(eventId(1))).toBe(false);
    expect(makeTestEvent(START, randomBytes).event_id).not.toBe(event.event_id);
  });

  it("raises no alert of any rule, however often doctor is run", async () => {
    const opened = await Store.open({ temporaryFolder: tmpdir() });
    if (!opened.ok) throw new Error("no store");
    const store = opened.value;
    try {
      const events = Array.from({ length: 60 }, (_, n) =>
        makeTestEvent(START + n * 1000, randomBytes),
      );
      // Days later, so that a rule about silence has something to look back from.
      events.push(makeTestEvent(START + 5 * 86_400_000, randomBytes));
      await store.load(events.map((event) => ({ event, json: JSON.stringify(event) })));
      await store.seal();
      expect(await detect(store, rules, { suppress: false })).toEqual([]);
    } finally {
      await store.close();
    }
  });
});

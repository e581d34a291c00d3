/** What Claude Code 2.1.197 really told its hooks: a session with two MCP calls, and one with a denial. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { toEvent } from "../../../src/cli/hook/to-event.ts";
import { parseEventLine } from "../../../src/event/parse.ts";

const FILE = "test/fixtures/hook/claude-code-2.1.197.ndjson";

const lines = readFileSync(FILE, "utf8").trimEnd().split("\n");
const texts = lines.map((line, index) =>
  JSON.stringify(
    toEvent(JSON.parse(line) as Readonly<Record<string, unknown>>, {
      now: Date.parse("2026-03-02T09:00:00.000Z") + index,
      process: index,
      user: "dev",
    }),
  ),
);

it("is understood: sessions, prompts, calls, and no call where one was denied", () => {
  const events = texts.map((text) => {
    const parsed = parseEventLine(text, 1, { file: FILE, strict: true });
    expect(parsed.ok ? [] : parsed.diagnostics).toEqual([]);
    const { event_type, activity_type, mcp_server, mcp_tool, mcp_outcome } = JSON.parse(text);
    return [event_type, activity_type, mcp_server, mcp_tool, mcp_outcome]
      .filter((part) => part !== undefined)
      .join(" ");
  });
  expect(events).toEqual([
    "session_start",
    "activity_event",
    "activity_event",
    "activity_event mcp_query everything echo success",
    "activity_event",
    "activity_event mcp_query everything echo success",
    "activity_event",
    "session_end",
    "session_start",
    "activity_event",
    "activity_event",
    "activity_event",
    "session_end",
  ]);
});

it("leaves no text, input, result or path behind", () => {
  expect(texts.join("\n")).not.toMatch(/SCRIPT|Done|home\/dev|denied\.txt|Echo: /);
});

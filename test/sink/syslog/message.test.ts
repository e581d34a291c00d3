import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paramValue, renderMessage, type SyslogHeader } from "../../../src/sink/syslog/message.ts";
import { criticalEvent, hostileTexts, journaled } from "../../conformance/event.ts";
import { parseMessage } from "./parse.ts";

const header: SyslogHeader = {
  facility: "audit",
  hostname: "gateway-1",
  app_name: "claude-siem",
  enterprise_number: 32_473,
  encoding: "ascii",
};

describe("syslog message", () => {
  it("is laid out as RFC 5424 says", () => {
    const record = journaled(7);
    const message = parseMessage(renderMessage(record, header));
    expect(message).toMatchObject({
      facility: 13,
      severity: 6,
      timestamp: "2026-03-02T09:30:07.000Z",
      hostname: "gateway-1",
      appName: "claude-siem",
      procId: "-",
      msgId: "activity_event",
      hasMark: false,
    });
    expect(message.data).toEqual({
      "claude@32473": {
        event_id: record.event.event_id,
        chain_seq: "7",
        chain_hash: record.hash,
        event_type: "activity_event",
        activity_type: "mcp_query",
        data_classification: "sensitive",
      },
    });
    const expected = { ...record.event, chain_seq: 7, chain_hash: record.hash };
    expect(JSON.parse(message.text)).toEqual(expected);
  });

  it.each([
    ["critical", 2],
    ["high", 3],
    ["medium", 4],
    ["low", 5],
  ] as const)("says %s as severity %i", (severity, number) => {
    const message = parseMessage(renderMessage(criticalEvent(1, { severity } as never), header));
    expect(message.severity).toBe(number);
    expect(message.data["claude@32473"]).toMatchObject({ severity });
  });

  it("marks policy events as a notice", () => {
    const record = journaled(1, { event_type: "policy_event", activity_type: undefined } as never);
    expect(parseMessage(renderMessage(record, header)).severity).toBe(5);
  });

  it.each(["ascii", "utf8"] as const)("keeps every text in %s", (encoding) => {
    for (const text of hostileTexts) {
      const record = criticalEvent(1, { department: text, details: { text } } as never);
      const message = parseMessage(renderMessage(record, { ...header, encoding }));
      expect(message.hasMark).toBe(encoding === "utf8");
      expect(JSON.parse(message.text)).toMatchObject({ department: text, details: { text } });
    }
  });

  it("cannot be given another header by what is configured", () => {
    const hostile = "a b\r\n<0>1 \u00e9".repeat(40);
    const message = parseMessage(
      renderMessage(journaled(1), { ...header, hostname: hostile, app_name: hostile }),
    );
    expect(message.hostname).toHaveLength(255);
    expect(message.appName).toHaveLength(48);
    const nameless = renderMessage(journaled(1), { ...header, hostname: "" });
    expect(parseMessage(nameless).hostname).toBe("-");
  });

  it("escapes any value so that it reads back", () => {
    const unit = fc.oneof(
      fc.constantFrom('"', "\\", "]", "[", " ", "=", "\n", "\u0000", "\ud800"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const read = parseMessage(
          `<110>1 2026-03-02T09:30:07.000Z h a - m [x@1 v="${paramValue(text)}"]`,
        );
        expect(read.data["x@1"]?.["v"]).toBe(text.toWellFormed().replace(/\p{Cc}/gu, "\ufffd"));
      }),
    );
  });

  it("carries any event through, text by text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("ascii" as const, "utf8" as const),
        (text, encoding) => {
          const record = criticalEvent(1, { details: { text } } as never);
          const wire = Buffer.from(renderMessage(record, { ...header, encoding })).toString("utf8");
          const { details } = JSON.parse(parseMessage(wire).text) as { details: { text: string } };
          expect(details.text).toBe(text);
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import type { DataInReach } from "../../../src/event/reach.ts";
import { toSourceEvent } from "../../../src/source/otlp/claude-code.ts";
import { decodeLogs } from "../../../src/source/otlp/decode.ts";
import { readBinary, readJson } from "../../../src/source/otlp/protocol.ts";
import { type AttributeValue, encodeRequest } from "../../wire/otlp.ts";
import { requestOf } from "./stand.ts";

/** What a record tells beside its event, whose text must say nothing of it. */
function reachOf(attributes: Readonly<Record<string, AttributeValue>>): DataInReach | undefined {
  const [record] = decodeLogs(requestOf({ "event.name": "tool_result", ...attributes }));
  const source = record && toSourceEvent(record);
  const text = JSON.stringify(source?.event);
  for (const value of Object.values(source?.reach ?? {}).flat()) expect(text).not.toContain(value);
  return source?.reach;
}

describe("what a record of telemetry tells beside the event", () => {
  it.each<[string, string, readonly string[]]>([
    [
      "a file",
      JSON.stringify({ file_path: "/srv/payroll/a.csv", limit: 3 }),
      ["/srv/payroll/a.csv"],
    ],
    ["a path of Windows", JSON.stringify({ path: "C:\\data\\HR" }), ["C:\\data\\HR"]],
    ["a notebook", '{"notebook_path" : "/n/a.ipynb"}', ["/n/a.ipynb"]],
    ["several", '{"edits":[{"file_path":"/a"},{"file_path":"/b"}]}', ["/a", "/b"]],
    [
      "JSON that was cut",
      '{"file_path":"/srv/payroll/a.csv","content":"abc',
      ["/srv/payroll/a.csv"],
    ],
    ["a half escape", '{"path":"/srv/\\u12"}', ["/srv/\\u12"]],
  ])("reads %s from a tool's input", (_what, text, path) => {
    expect(reachOf({ tool_input: text })).toEqual({ path });
    expect(reachOf({ tool_parameters: text })).toEqual({ path });
  });

  it("takes no path from content", () => {
    const content = JSON.stringify({ content: JSON.stringify({ file_path: "/secret" }) });
    expect(reachOf({ tool_input: content })).toBeUndefined();
    expect(reachOf({ tool_input: '{"file_path":"/never/closed' })).toBeUndefined();
    expect(reachOf({ tool_input: '{"command":"cat /srv/payroll/a"}' })).toBeUndefined();
  });

  it.each(["json", "binary"])("reads the folders of a session, a list, from %s", (encoding) => {
    const values = [{ stringValue: "/home/ann.example/payroll" }, { stringValue: "C:\\work" }];
    const attributes = [{ key: "workspace.host_paths", value: { arrayValue: { values } } }];
    const record = { timeUnixNano: "1795479758134000000", attributes };
    const request = {
      resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [record] }] }],
    };
    const read =
      encoding === "json"
        ? readJson("logs", JSON.stringify(request))
        : readBinary("logs", encodeRequest("logs", request));
    if (!read.ok) throw new Error(read.reason);
    const [decoded] = decodeLogs(read.request);
    const source = decoded && toSourceEvent(decoded);
    expect(source?.reach).toEqual({ path: ["/home/ann.example/payroll", "C:\\work"] });
    expect(JSON.stringify(source?.event)).not.toContain("ann.example");
  });

  it("reads what an administrator states", () => {
    expect(reachOf({ "project.id": "apollo", workspace_id: "wrkspc_1" })).toEqual({
      project: ["apollo"],
      workspace: ["wrkspc_1"],
    });
  });

  it("reads the server of a call that was decided about", () => {
    const parameters = JSON.stringify({ mcp_server_name: "crm", mcp_tool_name: "list" });
    const call = { tool_name: "mcp_tool", tool_parameters: parameters };
    const [record] = decodeLogs(
      requestOf({ "event.name": "tool_decision", decision: "accept", ...call }),
    );
    expect(record && toSourceEvent(record)?.reach).toEqual({ mcp_server: ["crm"] });
    expect(reachOf(call)).toBeUndefined();
  });

  it("is nothing where a record tells nothing", () => {
    expect(reachOf({ tool_name: "Read" })).toBeUndefined();
  });

  it("is bounded", () => {
    const many = Array.from({ length: 500 }, (_, n) => ({ path: `/p/${n}` }));
    expect(reachOf({ tool_input: JSON.stringify(many) })?.path).toHaveLength(64);
    expect(reachOf({ tool_input: JSON.stringify({ path: "x".repeat(9000) }) })).toBeUndefined();
  });
});

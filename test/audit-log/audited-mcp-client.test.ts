/** The real client and server of `@modelcontextprotocol/sdk`, in memory and over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { Server as McpServer } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  CallToolResultSchema,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditedMcpClient } from "../../src/audit-log/mcp/audited-mcp-client.ts";
import { authenticationFailure } from "../../src/audit-log/mcp/failure.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await setStage();
});

afterEach(() => stage.end());

/** A server with a tool that answers, one that fails, one that breaks and one that never answers. */
function makeServer(): McpServer {
  const server = new McpServer(
    { name: "ledger", version: "1.0.0" },
    { capabilities: { tools: {} } },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [{ name: "answer", inputSchema: { type: "object" } }],
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    if (params.name === "hang") await new Promise(() => {});
    if (params.name === "break") throw new McpError(-32602, "a secret text");
    const content = [{ type: "text" as const, text: "a secret result" }];
    return { content, isError: params.name === "fail" };
  });
  return server;
}

async function inMemory(client: Client): Promise<Client> {
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  await makeServer().connect(theirs);
  await client.connect(mine);
  return client;
}

function newClient(): Client {
  return new Client({ name: "test", version: "1.0.0" });
}

describe("calls of tools", () => {
  it("are one event each, whatever comes of them; other requests are none", async () => {
    const client = await inMemory(auditedMcpClient(newClient(), stage.log, { user: "ann" }));
    await client.listTools();
    await client.ping();
    const answer = await client.callTool({ name: "answer", arguments: { account: "4711" } });
    expect(answer.content).toEqual([{ type: "text", text: "a secret result" }]);
    await client.callTool({ name: "fail" });
    await expect(client.callTool({ name: "break" })).rejects.toThrow(McpError);
    await expect(
      client.callTool({ name: "hang" }, CallToolResultSchema, { timeout: 20 }),
    ).rejects.toThrow(/timed out/i);
    await client.request(
      { method: "tools/call", params: { name: "answer" } },
      CallToolResultSchema,
    );
    const events = await stage.written();
    const common = { activity_type: "mcp_query", mcp_server: "ledger" };
    expect(events).toMatchObject([
      { ...common, mcp_tool: "answer", mcp_outcome: "success" },
      { ...common, mcp_tool: "fail", mcp_outcome: "failure" },
      {
        ...common,
        mcp_tool: "break",
        mcp_outcome: "failure",
        labels: { error_type: "McpError -32602" },
      },
      {
        ...common,
        mcp_tool: "hang",
        mcp_outcome: "failure",
        labels: { error_type: "McpError -32001" },
      },
      { ...common, mcp_tool: "answer", mcp_outcome: "success" },
    ]);
    expect(events[0]?.["user_id_hash"]).toBe(stage.connector.pseudonymiser.userIdHash("ann"));
    expect(events[0]?.["duration_ms"]).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(events)).not.toMatch(/secret|4711/);
    await client.close();
  });

  it("bear the server's name that the program gives", async () => {
    const client = auditedMcpClient(newClient(), stage.log, {}, { server: "erp" });
    await (await inMemory(client)).callTool({ name: "answer" });
    expect(await stage.written()).toMatchObject([{ mcp_server: "erp" }]);
    await client.close();
  });

  it("that run at once are one event each", async () => {
    const client = await inMemory(auditedMcpClient(newClient(), stage.log));
    await Promise.all(Array.from({ length: 60 }, () => client.callTool({ name: "answer" })));
    const ids = (await stage.written()).map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(60);
    await client.close();
  });
});

describe("an audited client", () => {
  it("is of its class, keeps what is set on it, and has the same methods each time", async () => {
    const plain = newClient();
    const client = auditedMcpClient(plain, stage.log);
    expect(client).toBeInstanceOf(Client);
    expect(client.callTool).toBe(client.callTool);
    let closed = 0;
    client.onclose = () => {
      closed += 1;
    };
    await inMemory(client);
    expect(client.getServerVersion()?.name).toBe("ledger");
    expect(client.transport).toBe(plain.transport);
    await client.close();
    // The linked transport closes both its ends, and tells each of them.
    expect(closed).toBeGreaterThan(0);
  });

  it("works where the log is stopped and the context fails", async () => {
    const client = auditedMcpClient(newClient(), stage.log, () => {
      throw new Error("no store");
    });
    await inMemory(client);
    await stage.connector.stop(0);
    await expect(client.callTool({ name: "answer" })).resolves.toHaveProperty("content");
    await stage.log.settled();
    expect(stage.failures.map(({ diagnostic }) => diagnostic.code)).toEqual(["A104", "A103"]);
    await client.close();
  });

  it("is returned as it is when there is nothing to look at", () => {
    const other = {};
    expect(auditedMcpClient(other, stage.log)).toBe(other);
    expect(stage.failures[0]?.diagnostic.code).toBe("A105");
  });
});

describe("a refused sign-in", () => {
  it.each([
    [new UnauthorizedError(), "UnauthorizedError"],
    [new InvalidTokenError("a secret"), "InvalidTokenError"],
    [new Error("wrapped", { cause: new StreamableHTTPError(403, "a secret") }), "403"],
    [new McpError(-32001, "a secret"), undefined],
    [new StreamableHTTPError(500, "a secret"), undefined],
    ["a text", undefined],
  ])("is told from other errors: %o", (error, reason) => {
    expect(authenticationFailure(error)).toBe(reason);
  });
});

describe("over HTTP", () => {
  let http: Server;
  let url: URL;
  /** Status that the server refuses with, while it refuses. */
  let refusal: number | undefined;

  beforeEach(async () => {
    refusal = undefined;
    const sessions: StreamableHTTPServerTransport[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (refusal !== undefined) {
        response.writeHead(refusal).end("a secret page");
        return;
      }
      const transport = new StreamableHTTPServerTransport({});
      sessions.push(transport);
      // Their types differ in how they spell what may be absent.
      await makeServer().connect(transport as Transport);
      await transport.handleRequest(request, response);
    };
    http = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
  });

  afterEach(
    () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  );

  const transport = (): Transport => new StreamableHTTPClientTransport(url) as Transport;

  it.each([401, 403])("a refused connection is a security event (%s)", async (status) => {
    refusal = status;
    const client = auditedMcpClient(newClient(), stage.log, { user: "ann" }, { server: "erp" });
    await expect(client.connect(transport())).rejects.toThrow();
    const events = await stage.written();
    expect(events).toMatchObject([
      {
        event_type: "security_event",
        security_event_type: "mcp_auth_failure",
        severity: "low",
        details: { mcp_server: "erp", error_code: String(status) },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("a call whose token has run out is a failed query and a security event", async () => {
    const client = auditedMcpClient(newClient(), stage.log);
    await client.connect(transport());
    await client.callTool({ name: "answer" });
    refusal = 401;
    await expect(client.callTool({ name: "answer" })).rejects.toThrow();
    await expect(client.listTools()).rejects.toThrow();
    refusal = 500;
    await expect(client.callTool({ name: "answer" })).rejects.toThrow();
    const events = await stage.written();
    expect(events.map((event) => event["security_event_type"] ?? event["mcp_outcome"])).toEqual([
      "success",
      "failure",
      "mcp_auth_failure",
      "mcp_auth_failure",
      "failure",
    ]);
    await client.close();
  });
});

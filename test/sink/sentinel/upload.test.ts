import { gzipSync } from "node:zlib";
import type { LogsIngestionClient } from "@azure/monitor-ingestion";
import { describe, expect, it } from "vitest";
import type { EncodedRecord } from "../../../src/delivery/sink.ts";
import type { HttpRequest } from "../../../src/sink/http/post.ts";
import { type UploadWorld, uploadRows } from "../../../src/sink/sentinel/upload.ts";
import { never } from "./subject.ts";

const rows: readonly EncodedRecord[] = [1, 2].map((seq) => {
  const body = `{"EventId":"${seq}"}`;
  return { seq, event_id: `${seq}`, body, bytes: body.length, time: 0 };
});

const target = {
  endpoint: new URL("https://x.ingest.monitor.azure.com"),
  dcr: `dcr-${"0".repeat(32)}`,
  stream: "Custom-ClaudeAudit",
  audience: "https://monitor.azure.com",
};

interface PipelineOptions {
  readonly httpClient: { readonly sendRequest: (request: unknown) => Promise<unknown> };
}

/** A client of Azure Monitor that sends what a test says instead of what it was given. */
function clientThat(body: (logs: readonly unknown[]) => Uint8Array | undefined) {
  return class {
    readonly #options: PipelineOptions;

    constructor(_endpoint: string, _credential: unknown, options: PipelineOptions) {
      this.#options = options;
    }

    async upload(_rule: string, _stream: string, logs: readonly unknown[]): Promise<void> {
      const packed = body(logs);
      if (packed === undefined) return;
      const headers = { toJSON: () => ({}), get: () => "request-1" };
      const request = { method: "POST", url: "https://x/", timeout: 0, headers, body: packed };
      await this.#options.httpClient.sendRequest(request);
    }
  } as unknown as typeof LogsIngestionClient;
}

function worldWith(client: typeof LogsIngestionClient, sent: HttpRequest[]): UploadWorld {
  const token = { kind: "token", token: "t", expiresAt: 1e15 } as const;
  return {
    ingestion: { LogsIngestionClient: client },
    tokens: { get: async () => token, renew: async () => token, discard: () => {} },
    now: () => 0,
    http: {
      send: async (request) => {
        sent.push(request);
        return { status: 204, headers: {}, body: "" };
      },
      close: async () => {},
    },
  };
}

describe("an upload through a client that is not trusted", () => {
  it("is delivered when the client sends what it was given", async () => {
    const sent: HttpRequest[] = [];
    const world = worldWith(
      clientThat((logs) => gzipSync(JSON.stringify(logs))),
      sent,
    );
    const upload = await uploadRows(target, rows, world, never());
    expect(upload).toEqual({ outcome: { kind: "delivered" }, requestId: "request-1" });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["a part", (logs: readonly unknown[]) => gzipSync(JSON.stringify(logs.slice(1)))],
    ["it packed twice", (logs: readonly unknown[]) => gzipSync(gzipSync(JSON.stringify(logs)))],
    ["it unpacked", (logs: readonly unknown[]) => Buffer.from(JSON.stringify(logs))],
    ["nothing", () => undefined],
  ] as const)("is a defect when the client sends %s, and nothing leaves", async (_, body) => {
    const sent: HttpRequest[] = [];
    const world = worldWith(clientThat(body), sent);
    await expect(uploadRows(target, rows, world, never())).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});

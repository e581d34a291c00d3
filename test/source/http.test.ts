import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseEventLine } from "../../src/event/parse.ts";
import { renderEmitted } from "../../src/source/http/answer.ts";
import { httpSourceKind } from "../../src/source/http/kind.ts";
import { httpConflicts, httpOptions } from "../../src/source/http/options.ts";
import { RateLimit } from "../../src/source/http/rate.ts";
import { splitArray } from "../../src/source/http/split-array.ts";
import { keepTlsFresh, loadTls } from "../../src/source/receiver/tls.ts";
import type { Emit, Source, SourceTools } from "../../src/source/source.ts";
import { lineOf, linesOf, sourceTools, Taker, until } from "../conformance/source.ts";
import { selfSigned } from "../wire/certificate.ts";
import { readSettings, settingsOf } from "./settings.ts";

const TOKEN = "a-token-of-the-first-tenant";
const OTHER_TOKEN = "a-token-of-the-other-tenant";

interface Opened {
  readonly url: string;
  readonly host: string;
  readonly source: Source;
  readonly stop: () => Promise<void>;
}

describe("the http source", () => {
  let taker: Taker;
  let secrets: Record<string, string>;
  let warnings: string[];
  let clock: number;
  let isReady: boolean;
  let stops: (() => Promise<void>)[];

  beforeEach(() => {
    taker = new Taker();
    secrets = { FIRST: TOKEN, OTHER: OTHER_TOKEN };
    warnings = [];
    clock = 1_000_000;
    isReady = true;
    stops = [];
  });

  afterEach(async () => {
    taker.release();
    for (const stop of stops) await stop();
  });

  /** As the connector does it: every record is parsed, rejects are kept. */
  const emit: Emit = async (records, origin) => {
    const emitted = await taker.emit(records, origin);
    const rejected = records.flatMap((record, index) => {
      if (record.problem !== undefined) return [{ index, diagnostics: [record.problem] }];
      const parsed = parseEventLine(record.text, record.position, { file: origin });
      return parsed.ok ? [] : [{ index, diagnostics: parsed.diagnostics }];
    });
    return { ...emitted, accepted: records.length - rejected.length, rejected };
  };

  async function open(settings = "", changes: Partial<SourceTools> = {}): Promise<Opened> {
    const tools: SourceTools = {
      ...sourceTools(),
      now: () => clock,
      readSecret: (reference) => {
        const value = reference.from === "env" ? secrets[reference.name] : undefined;
        if (value === undefined) throw new Error("the variable is not set");
        return value;
      },
      warn: (text) => warnings.push(text),
      ready: () => isReady,
      ...changes,
    };
    const options = settingsOf(httpOptions, `listen: 127.0.0.1:0\n${settings}`);
    const source = await httpSourceKind.open(options, tools);
    const halt = new AbortController();
    const done = source.start(emit, halt.signal);
    done.catch(() => {});
    await until("it listens", () => source.address?.() !== undefined);
    const stop = async (): Promise<void> => {
      halt.abort();
      await done;
    };
    stops.push(stop);
    const host = source.address?.() ?? "";
    return { url: `http://${host}/v1/events`, host, source, stop };
  }

  const post = (
    url: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", ...headers },
      body,
    });
  const json = { "content-type": "application/json" };
  const texts = (): readonly string[] => taker.taken.map(({ what }) => what);

  /** Writes bytes to a new connection and gives everything that comes back until it closes. */
  async function exchange(host: string, ...parts: readonly string[]): Promise<string> {
    const [address = "", port = "0"] = host.split(":");
    const socket: Socket = connect(Number(port), address);
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    for (const part of parts) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await closed;
    return answer;
  }

  describe("takes", () => {
    it.each([
      ["JSON lines", `${linesOf(3).join("\n")}\n`, {}],
      ["JSON lines with gzip", gzipSync(linesOf(3).join("\r\n")), { "content-encoding": "gzip" }],
      ["an array", `\ufeff [${linesOf(3).join(" ,\n")}] `, json],
      ["an array with gzip", gzipSync(`[${linesOf(3)}]`), { ...json, "content-encoding": "gzip" }],
      [
        "an array in UTF-8",
        `[${linesOf(3)}]`,
        { "content-type": "application/json; charset=UTF-8" },
      ],
    ])("%s", async (_, body, headers) => {
      const { url } = await open();
      const bytes = typeof body === "string" ? body : new Uint8Array(body);
      const answer = await post(url, bytes, headers);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ accepted: 3, rejected: [] });
      expect(texts()).toEqual(linesOf(3));
      expect(taker.taken.map(({ position }) => position)).toEqual([1, 2, 3]);
    });

    it("one object, also over several lines", async () => {
      const { url } = await open();
      const body = JSON.stringify(JSON.parse(lineOf(1)), undefined, 2);
      expect(await (await post(url, body, json)).json()).toEqual({ accepted: 1, rejected: [] });
      expect(texts()).toEqual([body]);
    });

    it("nothing as nothing", async () => {
      const { url } = await open();
      const blank = await post(url, "\n\n");
      expect(blank.status).toBe(200);
      expect(await blank.json()).toEqual({ accepted: 0, rejected: [] });
      expect(await (await post(url, "[ ]", json)).json()).toEqual({ accepted: 0, rejected: [] });
      expect(taker.offered).toEqual([]);
    });

    it("pipelined requests, each answered in its turn", async () => {
      const { host } = await open();
      const body = `${lineOf(1)}\n`;
      const head = (close: string) =>
        `POST /v1/events HTTP/1.1\r\nHost: x\r\n${close}Content-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const answer = await exchange(host, head("") + head("") + head("Connection: close\r\n"));
      expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
      expect(answer.match(/"accepted":1,/g)).toHaveLength(3);
      expect(texts()).toHaveLength(3);
    });

    it("chunked bodies and those that wait for leave", async () => {
      const { host } = await open();
      const body = `${lineOf(1)}\n`;
      const answer = await exchange(
        host,
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-ndjson\r\n\r\n",
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 100 Continue/);
      expect(answer).toContain("HTTP/1.1 200 OK");
    });
  });

  describe("answers about rejects", () => {
    const secretText = "jane.doe@example.com";

    it("with code and place and none of their content, when others were taken", async () => {
      const { url } = await open();
      const bad = JSON.stringify({ ...JSON.parse(lineOf(2)), user_id_hash: secretText });
      const garbled = `{"${secretText}":`;
      const answer = await post(url, [lineOf(1), bad, "", garbled, lineOf(3)].join("\n"));
      expect(answer.status).toBe(200);
      const body = await answer.text();
      expect(body).not.toContain("jane");
      expect(JSON.parse(body)).toMatchObject({
        accepted: 2,
        rejected: [
          { index: 1, code: "E213", field: "user_id_hash" },
          { index: 2, code: "E201" },
        ],
      });
      expect(texts()).toEqual([lineOf(1), bad, garbled, lineOf(3)]);
    });

    it("with 400 when none was taken; they are stored all the same", async () => {
      const { url } = await open();
      const answer = await post(url, `{"${secretText}":1}\n[]`);
      expect(answer.status).toBe(400);
      const body = await answer.text();
      expect(body).not.toContain("jane");
      expect(JSON.parse(body)).toMatchObject({
        accepted: 0,
        rejected: [{ index: 0 }, { index: 1 }],
      });
      expect(texts()).toHaveLength(2);
    });

    it("for elements that are too long or no objects, at their index", async () => {
      const { url } = await open();
      const long = JSON.stringify({ text: "x".repeat(1_100_000) });
      const answer = await post(url, `[${lineOf(1)}, 5, ${long}]`, json);
      expect(await answer.json()).toMatchObject({
        accepted: 1,
        rejected: [
          { index: 1, code: "E202" },
          { index: 2, code: "S701" },
        ],
      });
    });
  });

  describe("refuses", () => {
    const line = lineOf(1);
    const cut = gzipSync(line).subarray(0, 60);
    const cases: readonly (readonly [string, number, string, RequestInit & { path?: string }])[] = [
      ["another path", 404, "wrong-path", { body: line, path: "/v1/event" }],
      ["another method", 405, "wrong-method", { method: "PUT", body: line }],
      ["no type", 415, "unsupported-type", { body: line, headers: { "content-type": "" } }],
      ["text", 415, "unsupported-type", { body: line, headers: { "content-type": "text/plain" } }],
      [
        "Latin-1",
        415,
        "unsupported-type",
        { body: line, headers: { "content-type": "application/json; charset=latin1" } },
      ],
      [
        "Brotli",
        415,
        "unsupported-encoding",
        { body: line, headers: { ...json, "content-encoding": "br" } },
      ],
      [
        "cut gzip",
        400,
        "bad-gzip",
        { body: new Uint8Array(cut), headers: { ...json, "content-encoding": "gzip" } },
      ],
      [
        "no gzip",
        400,
        "bad-gzip",
        { body: line, headers: { ...json, "content-encoding": "gzip" } },
      ],
      ["a cut array", 400, "malformed-json", { body: `[${line}`, headers: json }],
      ["lines as an array", 400, "malformed-json", { body: `${line}\n${line}`, headers: json }],
      ["a number", 400, "malformed-json", { body: "5", headers: json }],
      [
        "bytes that are no UTF-8",
        400,
        "malformed-json",
        { body: new Uint8Array([91, 34, 255, 34, 93]), headers: json },
      ],
      ["too many events", 413, "too-many-events", { body: "{}\n".repeat(10_001) }],
      ["too large a body", 413, "body-too-large", { body: "x".repeat(4_194_305) }],
      [
        "a body that is large inside",
        413,
        "body-too-large",
        {
          body: new Uint8Array(gzipSync(Buffer.alloc(50_000_000))),
          headers: { ...json, "content-encoding": "gzip" },
        },
      ],
    ];

    it.each(cases)("%s", async (_, status, code, { path, ...init }) => {
      const { host } = await open();
      const answer = await fetch(`http://${host}${path ?? "/v1/events"}`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        ...init,
      });
      expect(answer.status).toBe(status);
      const body = (await answer.json()) as { error: { code: string; message: string } };
      expect(body.error.code).toBe(code);
      expect(body.error.message).toMatch(/\.$/);
      expect(taker.offered).toEqual([]);
    });

    it("a body without end, and the connection with it", async () => {
      const { host } = await open();
      const [address = "", port = "0"] = host.split(":");
      const socket = connect(Number(port), address);
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.on("error", () => {});
      socket.write(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-ndjson\r\n\r\n",
      );
      const piece = `10000\r\n${"x".repeat(65_536)}\r\n`;
      let written = 0;
      const more = () => {
        while (!socket.destroyed && socket.write(piece)) written += piece.length;
      };
      socket.on("drain", more);
      more();
      await closed;
      expect(written).toBeLessThan(40_000_000);
      expect(taker.offered).toEqual([]);
    });

    it("headers that trickle in", async () => {
      const { host } = await open("header_timeout: 200ms");
      expect(await exchange(host, "POST /v1/events HTTP/1.1\r\nHost")).toContain("408");
    });

    it("bodies that trickle in", async () => {
      const { host } = await open("request_timeout: 300ms");
      const head =
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 500\r\n\r\n";
      expect(await exchange(host, head, "{", '"')).toContain("408");
      expect(taker.offered).toEqual([]);
    });

    it("headers that are too large, broken or smuggled", async () => {
      const { host } = await open();
      const head = "POST /v1/events HTTP/1.1\r\nHost: x\r\n";
      expect(await exchange(host, `${head}X: ${"y".repeat(20_000)}\r\n\r\n`)).toContain(" 431 ");
      expect(await exchange(host, "nonsense\r\n\r\n")).toContain(" 400 ");
      expect(
        await exchange(host, `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{}\n`),
      ).toContain(" 400 ");
      expect(taker.offered).toEqual([]);
    });

    it("to take events while they cannot be written", async () => {
      const { url, host } = await open();
      isReady = false;
      const answer = await post(url, line);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect((await fetch(`http://${host}/health`)).status).toBe(503);
      isReady = true;
      expect((await post(url, line)).status).toBe(200);
      expect(await (await fetch(`http://${host}/health`)).json()).toEqual({ status: "ok" });
    });

    it("more requests at once than it was told", async () => {
      const { url } = await open("requests_max: 2");
      taker.hold();
      const waiting = [post(url, line), post(url, line)];
      await until("two are under way", () => taker.offered.length === 2);
      const third = await post(url, line);
      expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
      taker.release();
      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    });

    it("more connections than it was told, and says so once", async () => {
      const { host, url } = await open("connections_max: 1");
      const [address = "", port = "0"] = host.split(":");
      const first = connect(Number(port), address);
      await new Promise((resolve) => first.once("connect", resolve));
      await expect(post(url, line)).rejects.toThrow();
      await expect(post(url, line)).rejects.toThrow();
      first.destroy();
      expect(warnings.filter((text) => text.includes("connections_max"))).toHaveLength(1);
    });

    it("to let a sender wait for ever for what is not durable", async () => {
      const { url } = await open("answer_timeout: 100ms");
      taker.hold();
      const answer = await post(url, line);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("5");
    });
  });

  describe("knows who sends", () => {
    const tokens = "tokens: [{env: FIRST}, {env: OTHER}]";
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

    it("by any of its tokens", async () => {
      const { url } = await open(tokens);
      expect((await post(url, lineOf(1), bearer(TOKEN))).status).toBe(200);
      expect((await post(url, lineOf(2), bearer(OTHER_TOKEN))).status).toBe(200);
      const refused = [
        {},
        bearer("wrong"),
        bearer(`${TOKEN}x`),
        bearer(TOKEN.slice(0, -1)),
        { authorization: TOKEN },
        { authorization: `Basic ${TOKEN}` },
        bearer(""),
      ];
      for (const headers of refused) {
        const answer = await post(url, lineOf(3), headers as Record<string, string>);
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toContain("Bearer");
        const text = await answer.text();
        for (const secret of [TOKEN, OTHER_TOKEN]) expect(text).not.toContain(secret);
      }
      expect(texts()).toEqual(linesOf(2));
    });

    it("by a token that was rotated while it ran", async () => {
      const { url } = await open("tokens: [{env: FIRST}]");
      expect((await post(url, lineOf(1), bearer(TOKEN))).status).toBe(200);
      secrets["FIRST"] = "a-token-that-is-quite-new";
      clock += 1000;
      expect((await post(url, lineOf(2), bearer(TOKEN))).status).toBe(401);
      expect((await post(url, lineOf(2), bearer("a-token-that-is-quite-new"))).status).toBe(200);
    });

    it("or nobody, when no token can be read or is long enough, and says so without it", async () => {
      secrets = { FIRST: "short" };
      const { url } = await open(tokens);
      expect((await post(url, lineOf(1), bearer("short"))).status).toBe(503);
      expect(warnings.join("\n")).toMatch(
        /tokens\[0\] is shorter[\s\S]*tokens\[1\] cannot be read/,
      );
      expect(warnings.join("\n")).not.toContain("short ");
      expect(taker.offered).toEqual([]);
    });

    it("and holds each to its rate", async () => {
      const { url } = await open(`${tokens}\nevents_per_second: 10`);
      expect((await post(url, linesOf(25).join("\n"), bearer(TOKEN))).status).toBe(200);
      const fast = await post(url, lineOf(1), bearer(TOKEN));
      expect([fast.status, fast.headers.get("retry-after")]).toEqual([429, "2"]);
      expect((await post(url, lineOf(1), bearer(OTHER_TOKEN))).status).toBe(200);
      clock += 1700;
      expect((await post(url, lineOf(1), bearer(TOKEN))).status).toBe(200);
    });
  });

  describe("with certificates", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "claude-siem-http-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const send = (host: string, tls: object): Promise<number> =>
      new Promise((resolve, reject) => {
        const [address, port] = host.split(":");
        const request = httpsRequest(
          {
            ...{ host: address, port, path: "/v1/events", method: "POST", agent: false },
            ...{ headers: { "content-type": "application/x-ndjson" }, ...tls },
          },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          },
        );
        request.on("error", reject);
        request.end(lineOf(1));
      });

    it("takes events only from senders with one that is known", async () => {
      const [server, client, stranger] = [selfSigned(), selfSigned("sender"), selfSigned("other")];
      const file = (name: string, pem: string): string => {
        writeFileSync(join(folder, name), pem);
        return join(folder, name);
      };
      const { host } = await open(
        [
          `tls_cert_file: ${file("crt", server.cert)}`,
          `tls_key_file: ${file("key", server.key)}`,
          `client_ca_file: ${file("ca", client.cert)}`,
        ].join("\n"),
      );
      const ca = { ca: server.cert };
      expect(await send(host, { ...ca, cert: client.cert, key: client.key })).toBe(200);
      await expect(send(host, { ...ca, cert: stranger.cert, key: stranger.key })).rejects.toThrow();
      await expect(send(host, ca)).rejects.toThrow();
      await expect(post(`http://${host}/v1/events`, lineOf(1))).rejects.toThrow();
      expect(texts()).toEqual([lineOf(1)]);
    });
  });

  describe("stops", () => {
    it("after the requests under way, and refuses those that come on open connections", async () => {
      const { host, stop } = await open();
      const body = `${lineOf(1)}\n`;
      const head = `POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      taker.hold();
      const [first, second] = [exchange(host, head), exchange(host, head)];
      await until("both are under way", () => taker.offered.length === 2);
      const stopped = stop();
      await expect(post(`http://${host}/v1/events`, body)).rejects.toThrow();
      taker.release();
      await stopped;
      for (const answer of await Promise.all([first, second])) {
        expect(answer).toContain("200 OK");
        expect(answer.toLowerCase()).toContain("connection: close");
      }
    });

    it("with 503 for what comes on open connections meanwhile", async () => {
      const { url, host, stop } = await open();
      taker.hold();
      const first = post(url, lineOf(1));
      await until("it is under way", () => taker.offered.length === 1);
      const [address = "", port = "0"] = host.split(":");
      const socket = connect(Number(port), address);
      let answer = "";
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
      });
      socket.write("POST /v1/events HTTP/1.1\r\nHost: x\r\n");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const stopped = stop();
      socket.write("\r\n");
      await until("an answer", () => answer.includes("}\n"));
      expect(answer).toMatch(/ 503 [\s\S]*connection: close/i);
      taker.release();
      expect((await first).status).toBe(200);
      await stopped;
    });

    it("without cutting off events that are not durable yet", async () => {
      const { url, stop } = await open();
      taker.hold();
      const answer = post(url, lineOf(1));
      await until("it is under way", () => taker.offered.length === 1);
      const stopped = stop();
      await new Promise((resolve) => setTimeout(resolve, 2300));
      taker.release();
      expect((await answer).status).toBe(200);
      await stopped;
    });

    it("without waiting for a body that does not come", async () => {
      const { host, stop } = await open();
      const answer = exchange(
        host,
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n{",
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      await stop();
      expect(await answer).not.toContain("200");
    });

    it("answers 503 when the connector gives up what it was handed", async () => {
      const { url } = await open();
      taker.hold();
      const waiting = post(url, lineOf(1));
      await until("it is under way", () => taker.offered.length === 1);
      taker.fail();
      expect((await waiting).status).toBe(503);
    });
  });

  it("says what to do when it cannot listen", async () => {
    const { host } = await open();
    const options = settingsOf(httpOptions, `listen: ${host}`);
    const second = await httpSourceKind.open(options, sourceTools());
    await expect(second.start(taker.emit, new AbortController().signal)).rejects.toThrow(
      /cannot listen at 127.0.0.1:\d+ .*choose another port/,
    );
  });
});

describe("settings of the http source", () => {
  const problems = (yaml: string): readonly string[] =>
    httpConflicts(settingsOf(httpOptions, yaml)).map(({ key, problem }) => `${key}: ${problem}`);

  it("are closed to the network unless encrypted and guarded", async () => {
    const tls = "tls_cert_file: a\ntls_key_file: b\n";
    expect(problems("{}")).toEqual([]);
    expect(problems("listen: '[::1]:80'")).toEqual([]);
    expect(problems("listen: 0.0.0.0:80")).toHaveLength(2);
    expect(problems(`listen: 0.0.0.0:80\n${tls}`)).toEqual([
      "listen: 0.0.0.0:80 can be reached from the network, and anybody there could send events",
    ]);
    expect(problems("listen: '[::]:80'\ntokens: [{env: A}]")).toEqual([
      "listen: [::]:80 can be reached from the network, and events would travel unencrypted",
    ]);
    expect(problems(`listen: 10.0.0.1:80\n${tls}tokens: [{env: A}]`)).toEqual([]);
    expect(problems(`listen: host:80\n${tls}client_ca_file: c`)).toEqual([]);
    expect(problems("listen: host:80\nbehind_proxy: true\ntokens: [{env: A}]")).toEqual([]);
    expect(problems("listen: host:80\nbehind_proxy: true")).toHaveLength(1);
    const open = settingsOf(httpOptions, "listen: 0.0.0.0:0");
    await expect(httpSourceKind.open(open, sourceTools())).rejects.toThrow("listen on 127.0.0.1");
  });

  it("need what belongs together", () => {
    expect(problems("tls_cert_file: a")).toHaveLength(1);
    expect(problems("tls_key_file: a")).toHaveLength(1);
    expect(problems("client_ca_file: a")).toHaveLength(1);
    expect(problems("path: /health")).toHaveLength(1);
    expect(problems("path: events")).toHaveLength(1);
  });

  it.each([["S724"]])("%s is shown by its fixture", (code) => {
    const yaml = readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
    const { diagnostics } = readSettings({ listen: httpOptions.listen }, yaml);
    expect(diagnostics.map((one) => one.code)).toContain(code);
  });
});

describe("answers", () => {
  it("say what the catalogue says, never what a diagnostic quotes", () => {
    const span = { file: "f", line: 1, column: 1, length: 1 };
    const quoting = {
      code: "E207",
      severity: "error",
      span,
      message: "jane",
      help: "jane",
    } as const;
    const { body } = renderEmitted({
      accepted: 0,
      rejected: [{ index: 3, diagnostics: [{ ...quoting, pointer: "/jane/department" }] }],
    });
    expect(body).not.toContain("jane");
    expect(JSON.parse(String(body))).toMatchObject({ rejected: [{ index: 3, code: "E207" }] });
  });
});

describe("keepTlsFresh", () => {
  it("takes a renewed certificate, and keeps what works when it is half written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-renew-"));
    const settings = {
      tls_cert_file: join(folder, "crt"),
      tls_key_file: join(folder, "key"),
      client_ca_file: undefined,
    };
    const write = ({ cert, key }: { cert: string; key: string }, at: number): void => {
      writeFileSync(settings.tls_cert_file, cert);
      writeFileSync(settings.tls_key_file, key);
      for (const path of [settings.tls_cert_file, settings.tls_key_file]) utimesSync(path, at, at);
    };
    const [first, second] = [selfSigned(), selfSigned()];
    write(first, 1);
    const server = createTlsServer(loadTls(settings));
    const used: unknown[] = [];
    const set = (options: TlsOptions): void => {
      server.setSecureContext(options);
      used.push(options.cert);
    };
    const warnings: string[] = [];
    const end = keepTlsFresh(
      { setSecureContext: set },
      settings,
      (text) => warnings.push(text),
      10,
    );
    write({ cert: second.cert, key: first.key }, 2);
    await until("a warning", () => warnings.length > 0);
    expect(used).toEqual([]);
    write(second, 3);
    await until("the new one", () => used.length > 0);
    expect(used).toEqual([second.cert]);
    end();
    rmSync(folder, { recursive: true });
  });
});

describe("splitArray", () => {
  it("gives elements as they were written", () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["[]", []],
      [" [ ] ", []],
      ["[1]", ["1"]],
      [
        '[ {"a":[1,{"b":"]"}]} , "x,\\"]", 12345678901234567890,[],[[ ]] ]',
        ['{"a":[1,{"b":"]"}]}', '"x,\\"]"', "12345678901234567890", "[]", "[[ ]]"],
      ],
      ['[{"a":1,"a":2}]', ['{"a":1,"a":2}']],
    ];
    for (const [text, elements] of cases) expect(splitArray(text)).toEqual(elements);
  });
});

describe("RateLimit", () => {
  it("forgets senders that owe nothing, and takes no credit from a clock that goes back", () => {
    let now = 0;
    const rate = new RateLimit(10, () => now);
    rate.spend("a", 30);
    expect(rate.waitMs("a")).toBe(2100);
    now = -100_000;
    expect(rate.waitMs("a")).toBe(2100);
    now += 2100;
    expect(rate.waitMs("a")).toBe(0);
    expect(new RateLimit(0, () => 0).waitMs("a")).toBe(0);
  });
});

import dns from "node:dns";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../wire/authority.ts";
import { startTcpProxy, type TcpProxy } from "../wire/tcp-proxy.ts";
import { fault } from "./cases.ts";
import { Ground, pause } from "./ground.ts";
import { elastic, type Product, sentinel, splunk, syslog, webhook } from "./product.ts";

let ground: Ground;
const cleanups: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  ground = new Ground();
});

afterEach(async () => {
  await ground.close();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function until(test: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 800; tries += 1) {
    if (test()) return;
    await pause(5);
  }
  throw new Error(`never: ${what}: ${JSON.stringify(ground.connector.status().sinks)}`);
}

const allRetry = (): boolean =>
  ground.connector.status().sinks.every(({ state }) => state === "retrying");

describe(fault(1), () => {
  it("starts, takes events, and delivers them when the products are there", async () => {
    const broken = [
      await elastic(ground),
      await splunk(ground),
      await sentinel(ground),
      await webhook(ground),
      await syslog(ground),
    ];
    ground.products = broken;
    await ground.start();
    await ground.setUp();
    await ground.stop();
    for (const { misfortunes } of broken)
      await misfortunes.find(({ name }) => name.includes("refused"))?.happen();
    await ground.start();
    await ground.append(50);
    await until(allRetry, "all are tried again");
    await ground.append(50);
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    for (const figures of Object.values(sinks))
      expect(figures).toEqual({ delivered: 100, duplicates: 0, deadLetters: 0 });
  });
});

/** Names cannot be resolved any more, with an error of the resolver. */
function breakNames(code: string): () => void {
  const { lookup } = dns;
  const broken = (...args: Parameters<typeof lookup>): void => {
    const [name] = args as readonly unknown[];
    if (name !== "localhost") {
      lookup(...args);
      return;
    }
    const callback = args.at(-1) as unknown as (error: Error) => void;
    const error = Object.assign(new Error(`getaddrinfo ${code} localhost`), { code });
    setImmediate(() => callback(error));
  };
  Object.assign(dns, { lookup: broken });
  syncBuiltinESMExports();
  return () => {
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
  };
}

/** The same item with a host name in the place of the address. */
function byName(product: Product): Product {
  const text = JSON.stringify(product.settings).replaceAll("127.0.0.1", "localhost");
  return { ...product, settings: JSON.parse(text) as Product["settings"] };
}

describe(fault(2), () => {
  it.each(["ENOTFOUND", "EAI_AGAIN"])(
    "%s: keeps everything until the name is back",
    async (code) => {
      const products = [await elastic(ground), await splunk(ground), await webhook(ground)];
      ground.products = products.map(byName);
      await ground.start();
      await ground.setUp();
      await ground.append(20);
      await ground.caughtUp();
      const mend = breakNames(code);
      cleanups.push(mend);
      // Open connections would go on without the name.
      for (const product of products) {
        await product.inject?.({ kind: "refused" });
        await product.heal();
      }
      await ground.append(20);
      await until(allRetry, "all are tried again");
      for (const { lastError } of ground.connector.status().sinks)
        expect(lastError?.reason).toContain(code);
      mend();
      const { problems, sinks } = await ground.verdict();
      expect(problems).toEqual([]);
      for (const figures of Object.values(sinks))
        expect(figures).toEqual({ delivered: 40, duplicates: 0, deadLetters: 0 });
    },
  );
});

describe(fault(8), () => {
  /** Products behind gateways. */
  async function startBehind(): Promise<readonly TcpProxy[]> {
    const products = [await elastic(ground), await splunk(ground), await webhook(ground)];
    const proxies: TcpProxy[] = [];
    ground.products = await Promise.all(
      products.map(async (product) => {
        const text = JSON.stringify(product.settings);
        const port = Number(/127\.0\.0\.1:([0-9]+)/.exec(text)?.[1]);
        const proxy = await startTcpProxy({ port });
        proxies.push(proxy);
        cleanups.push(proxy.close);
        const settings = JSON.parse(text.replace(`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`));
        return { ...product, settings: settings as Product["settings"] };
      }),
    );
    await ground.start();
    await ground.setUp();
    await ground.append(20);
    await ground.caughtUp();
    return proxies;
  }

  it("goes on over new connections while the old ones stay open and dead", async () => {
    const proxies = await startBehind();
    for (let turn = 0; turn < 3; turn += 1) {
      const before = proxies.map((proxy) => proxy.accepted());
      for (const proxy of proxies) proxy.forget();
      await ground.append(20);
      await ground.caughtUp();
      for (const [at, proxy] of proxies.entries())
        expect(proxy.accepted()).toBeGreaterThan(before[at] ?? 0);
    }
    expect((await ground.verdict()).problems).toEqual([]);
  });

  it("goes on when idle connections are reset just before they are used again", async () => {
    const proxies = await startBehind();
    for (let turn = 0; turn < 5; turn += 1) {
      for (const proxy of proxies) proxy.reset();
      await ground.append(10);
      await ground.caughtUp();
    }
    expect((await ground.verdict()).problems).toEqual([]);
  });
});

/** Hands a request on to a product and gives its status. */
function handOn(
  product: Product & { readonly server: { readonly url: string } },
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${product.server.url}/hook`, { method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function signed(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const wanted = Object.entries(headers).filter(([name]) => name.startsWith("webhook-"));
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]));
}

describe(fault(13), () => {
  it("takes no interim answer for the answer", async () => {
    const product = await webhook(ground);
    let isBusy = true;
    const front = createServer(async (message, response) => {
      const body = Buffer.concat(await message.toArray());
      response.writeProcessing();
      await new Promise<void>((resolve) =>
        response.writeEarlyHints({ link: "</style.css>; rel=preload" }, resolve),
      );
      const status = isBusy ? 503 : await handOn(product, signed(message.headers), body);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      front.closeAllConnections();
      front.close();
    });
    const { port } = front.address() as AddressInfo;
    const settings = { ...product.settings, url: `http://127.0.0.1:${port}/hook` };
    ground.products = [{ ...product, settings }];
    await ground.start();
    await ground.append(20);
    await until(allRetry, "a 503 after interim answers is no success");
    isBusy = false;
    await ground.append(20);
    expect((await ground.verdict()).problems).toEqual([]);
  });

  it("sends again what an HTTP/2 server left unanswered when it went away", async () => {
    const product = await webhook(ground);
    const authority = createAuthority();
    cleanups.push(() => authority.close());
    const caFile = join(ground.folder, "h2-ca.pem");
    writeFileSync(caFile, authority.cert);
    const front = createSecureServer(authority.issue({ names: "IP:127.0.0.1", days: 1 }));
    let turn = 0;
    let goneAway = 0;
    const onStream = async (
      stream: ServerHttp2Stream,
      headers: Readonly<Record<string, unknown>>,
    ): Promise<void> => {
      const body = Buffer.concat(await stream.toArray());
      turn += 1;
      if (turn % 3 === 1) {
        // Stored or not, the sender is not told.
        if (turn % 2 === 0) await handOn(product, signed(headers), body);
        goneAway += 1;
        stream.session?.goaway(0);
        stream.session?.destroy();
        return;
      }
      const status = await handOn(product, signed(headers), body);
      if (stream.destroyed) return;
      stream.respond({ ":status": status });
      stream.end();
      if (turn % 3 === 0) stream.session?.goaway(0);
    };
    front.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      onStream(stream, headers).catch(() => stream.destroy());
    });
    front.on("sessionError", () => {});
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => void front.close());
    const { port } = front.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/hook`;
    const settings = { ...product.settings, url, ca_file: caFile, allow_private: true, batch: 5 };
    ground.products = [{ ...product, settings }];
    await ground.start();
    await ground.append(100);
    expect((await ground.verdict()).problems).toEqual([]);
    expect(goneAway).toBeGreaterThan(3);
  });
});

/** A real OpenSearch node on loopback for the time of a test file, behind the shim that names it right. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startShim } from "./opensearch/product-shim.ts";

/** Folder with the jars (`scripts/engines/opensearch.sh` makes one) or URL of a node that runs. */
export const openSearch: string | undefined = process.env["CLAUDE_SIEM_OPENSEARCH"];

const java = process.env["CLAUDE_SIEM_JAVA"] ?? "java";

/** Why the tests cannot run here, or `undefined`. */
export function whyNoOpenSearch(): string | undefined {
  if (openSearch === undefined) return "no OpenSearch (CLAUDE_SIEM_OPENSEARCH names its jars)";
  if (openSearch.startsWith("http://")) return undefined;
  const { stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  const version = Number(/version "([0-9]+)/.exec(stderr ?? "")?.[1] ?? 0);
  return version >= 21 ? undefined : "no Java 21 or newer (CLAUDE_SIEM_JAVA names one)";
}

export interface OpenSearchNode {
  /** Where the official Elasticsearch client finds it. */
  readonly url: string;
  /** One request to the node itself; the parsed answer. */
  readonly ask: (method: string, path: string, body?: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Running {
  readonly url: URL;
  readonly stop: () => Promise<void>;
}

async function spawnNode(lib: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-opensearch-"));
  const port = await freePort();
  const source = join(import.meta.dirname, "opensearch/Node.java");
  const child = spawn(
    java,
    ["-Xmx512m", "-XX:+UseSerialGC", "-cp", `${lib}/*`, source, String(port), folder],
    { stdio: ["pipe", "ignore", "pipe"], cwd: folder },
  );
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.stdin.end();
    const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exited;
    clearTimeout(patience);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = new URL(`http://127.0.0.1:${port}`);
  for (let tries = 0; ; tries += 1) {
    const health = await fetch(new URL("/_cluster/health", url)).catch(() => undefined);
    if (health?.ok === true) return { url, stop };
    if (tries > 300 || child.exitCode !== null) {
      await stop();
      throw new Error(`OpenSearch did not start: ${complaint}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Starts a node, or takes the one that runs, and the shim before it. */
export async function startOpenSearch(): Promise<OpenSearchNode> {
  if (openSearch === undefined) throw new Error("CLAUDE_SIEM_OPENSEARCH is not set");
  const running: Running = openSearch.startsWith("http://")
    ? { url: new URL(openSearch), stop: async () => {} }
    : await spawnNode(openSearch);
  const shim = await startShim(running.url);
  return {
    url: shim.url,
    ask: async (method, path, body) => {
      const answer = await fetch(new URL(path, running.url), {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      });
      return answer.json();
    },
    stop: async () => {
      await shim.close();
      await running.stop();
    },
  };
}

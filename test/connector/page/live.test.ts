/** What is new comes by itself to who listens, and costs nothing when nobody does. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveHub } from "../../../src/connector/page/live.ts";
import { ResultCache } from "../../../src/connector/page/result-cache.ts";
import { journaled } from "../../conformance/event.ts";
import { PageStage } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = new PageStage();
  await stage.start();
});

afterAll(() => stage.clear());

/** Listens to a page; the versions that came so far. */
function listen(page: string): { readonly versions: string[]; readonly close: () => void } {
  const versions: string[] = [];
  const asked = request(`${stage.url}/live?of=${encodeURIComponent(page)}`, (response) => {
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      for (const [, version] of text.matchAll(/^data: (.*)$/gm)) versions.push(version ?? "");
    });
    response.on("error", () => {});
  });
  asked.on("error", () => {});
  asked.end();
  return { versions, close: () => asked.destroy() };
}

async function until(what: string, test: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (test()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never: ${what}`);
}

const versionOf = (body: string): string => /data-version="([^"]*)"/.exec(body)?.[1] ?? "";

it("tells a dashboard when events have arrived, and nothing while none do", async () => {
  const path = "/dashboards/compliance";
  const shown = versionOf((await stage.ask(path)).body);
  const live = listen(path);
  await until("the first version", () => live.versions.length > 0);
  expect(live.versions).toEqual([shown]);
  await stage.take(journaled(1, { timestamp: new Date().toISOString() }).event);
  // Within the pause after a computation the result stands; a clock ahead ends it.
  stage.ahead += 130_000;
  await until("something new", () => live.versions.length > 1);
  expect(live.versions[1]).not.toBe(shown);
  const again = (await stage.ask(path)).body;
  expect(versionOf(again)).not.toBe(shown);
  live.close();
});

it("there are no versions of pages that do not change or do not exist", async () => {
  const live = listen("/dashboards/operations/events?panel=events");
  const other = listen("//evil.example");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect([...live.versions, ...other.versions]).toEqual([]);
  live.close();
  other.close();
});

it("a hub asks nothing when nobody listens", async () => {
  let asked = 0;
  const hub = new LiveHub({
    versionOf: async () => {
      asked += 1;
      return "1";
    },
    headers: {},
  });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(asked).toBe(0);
  hub.close();
});

describe("results", () => {
  it("are computed once for all who ask, and again only for new events and not at once", async () => {
    let now = 0;
    const cache = new ResultCache<number>(() => now);
    let computed = 0;
    const compute = async (): Promise<number> => {
      computed += 1;
      now += 100;
      return computed;
    };
    const get = (arrived: number) => cache.get("a", arrived, compute);
    const [one, two] = await Promise.all([get(1), get(1)]);
    expect([one.value, two.value, computed]).toEqual([1, 1, 1]);
    now += 1_000_000;
    expect((await get(1)).value).toBe(1);
    expect(cache.version("a", 1)).toBe("1");
    expect(cache.version("a", 2)).toBe("1+");
    expect((await get(2)).value).toBe(2);
    // 100 ms of work are worth 2.5 s of rest.
    now += 2400;
    expect(cache.version("a", 3)).toBe("2");
    expect((await get(3)).value).toBe(2);
    now += 200;
    expect((await get(3)).value).toBe(3);
    expect(cache.version("b", 3)).toBe("none");
  });

  it("that failed are computed again", async () => {
    const cache = new ResultCache<number>(() => 0);
    await expect(cache.get("a", 1, () => Promise.reject(new Error("busy")))).rejects.toThrow(
      "busy",
    );
    expect((await cache.get("a", 1, async () => 7)).value).toBe(7);
  });

  it("are kept for few looks only", async () => {
    const cache = new ResultCache<number>(() => 0);
    for (let key = 0; key < 40; key += 1) await cache.get(String(key), 1, async () => key);
    expect(cache.version("0", 1)).toBe("none");
    expect(cache.version("39", 1)).not.toBe("none");
  });
});

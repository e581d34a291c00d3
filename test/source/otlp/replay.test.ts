/** Captured sessions, sent as exporters send them: in both encodings, again, in any order. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Random } from "../../../src/sample/random.ts";
import type { Signal } from "../../wire/otlp.ts";
import { Stand } from "./stand.ts";

const SEED = process.env["OTLP_SEED"] ?? "20261125";
const captures = ["plain", "bash1", "mcp3-details"] as const;

interface Captured {
  readonly signal: Signal;
  readonly body: object;
}

function captured(name: string): readonly Captured[] {
  return readFileSync(`test/fixtures/otlp/${name}.ndjson`, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { path, body } = JSON.parse(line) as { readonly path: string; readonly body: object };
      return { signal: path.replace("/v1/", "") as Signal, body };
    });
}

interface LogsBody {
  readonly resourceLogs: readonly {
    readonly resource: object;
    readonly scopeLogs: readonly {
      readonly scope: object;
      readonly logRecords: readonly object[];
    }[];
  }[];
}

/** Every record as a request of its own. */
function singles(requests: readonly Captured[]): readonly object[] {
  return requests
    .filter(({ signal }) => signal === "logs")
    .flatMap(({ body }) =>
      (body as LogsBody).resourceLogs.flatMap(({ resource, scopeLogs }) =>
        scopeLogs.flatMap(({ scope, logRecords }) =>
          logRecords.map((record) => ({
            resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }],
          })),
        ),
      ),
    );
}

let stand: Stand;

beforeEach(async () => {
  stand = await Stand.open();
});

afterEach(() => stand.close());

/** What is kept, as a set of lines. */
function keptSet(): readonly string[] {
  return [...new Set(stand.kept.map((event) => JSON.stringify(event)))].sort();
}

function goldenIds(name: string): readonly string[] {
  return readFileSync(`test/golden/otlp/${name}.ndjson`, "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event_id: string }).event_id);
}

describe("captured sessions", () => {
  it.each(captures)("%s gives the same events in both encodings", async (name) => {
    for (const { signal, body } of captured(name)) {
      const { status, headers, bytes } = await stand.json(signal, body);
      expect([status, headers.get("content-type"), bytes.toString()]).toEqual([
        200,
        "application/json",
        "{}",
      ]);
    }
    const fromJson = stand.kept.splice(0);
    expect(fromJson.map(({ event_id }) => event_id)).toEqual(goldenIds(name));
    for (const { signal, body } of captured(name)) {
      const { status, headers, bytes } = await stand.binary(signal, body);
      expect([status, headers.get("content-type"), bytes.length]).toEqual([
        200,
        "application/x-protobuf",
        0,
      ]);
    }
    expect(stand.kept).toEqual(fromJson);
    expect(stand.rejects).toEqual([]);
  });

  it(`give the same events sent again and shuffled (seed ${SEED})`, async () => {
    const all = captures.flatMap((name) => captured(name));
    for (const { signal, body } of all) await stand.binary(signal, body);
    const once = keptSet();
    expect(once).toHaveLength(stand.kept.length);
    const pieces = [...singles(all), ...singles(all)];
    const random = Random.stream(SEED, "otlp replay");
    for (let left = pieces.length; left > 0; left -= 1) {
      const [piece = {}] = pieces.splice(random.whole(0, left - 1), 1);
      await (random.chance(0.5) ? stand.json("logs", piece) : stand.binary("logs", piece));
    }
    expect(stand.kept).toHaveLength(3 * once.length);
    expect(keptSet()).toEqual(once);
    stand.now += 3_600_000;
    expect(stand.noted("records_lost_upstream")).toBe(0);
  });

  it("hold no content and no identity, and every event names a pseudonym", async () => {
    for (const name of captures)
      for (const { signal, body } of captured(name)) await stand.json(signal, body);
    const text = JSON.stringify(stand.kept);
    expect(text).not.toMatch(/REDACTED|"message"|21b704f3/);
    for (const { user_id_hash } of stand.kept) expect(user_id_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(stand.kept.map(({ user_id_hash }) => user_id_hash)).size).toBe(1);
  });

  it("count tokens once though metrics repeat them", async () => {
    for (const { signal, body } of captured("bash1")) await stand.json(signal, body);
    const tokens = stand.kept.reduce((sum, event) => sum + (event.token_input ?? 0), 0);
    expect(tokens).toBe(4 * (3 + 17_241 + 1693));
    expect(stand.noted("metric_points_ignored")).toBeGreaterThan(5);
  });

  it("lack what an exporter lost, after its retries are over", async () => {
    const pieces = singles(captured("mcp3-details"));
    for (const [index, piece] of pieces.entries())
      if (index !== 3 && index !== 4 && index !== 9) await stand.json("logs", piece);
    expect(stand.noted("records_lost_upstream")).toBe(0);
    stand.now += 60_000;
    await stand.json("logs", pieces[9] ?? {});
    stand.now += 180_000;
    expect(stand.noted("records_lost_upstream")).toBe(2);
    expect(stand.warnings.join()).toContain("2 records of sessions never arrived here");
  });
});

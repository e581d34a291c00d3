/** Sinks that keep events for a limited time: what they deleted as asked is no gap. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { formatTime } from "../../src/event/time.ts";
import { journaled } from "../conformance/event.ts";
import { Site } from "./site.ts";

let site: Site;

beforeEach(() => {
  site = new Site();
});

afterEach(() => site.close());

const DAY_MS = 86_400_000;

function aged(index: number, days: number): AuditEvent {
  const timestamp = formatTime(Date.now() - days * DAY_MS);
  return { ...journaled(index).event, timestamp };
}

async function deliver(events: readonly AuditEvent[]): Promise<void> {
  const connector = await site.start();
  await connector.appendBatch(events);
  await connector.caughtUp();
  await site.stop();
}

const since = formatTime(Date.now() - 60 * DAY_MS);

it("an embedded store that keeps 45 days is asked for those", async () => {
  site.configure("  - {name: store, kind: embedded, keep: 45d}\n");
  await deliver([aged(1, 50), aged(2, 46), aged(3, 44), aged(4, 1)]);
  const ended = await site.run("reconcile", "--sink", "store", "--since", since);
  expect(ended.stdout).toContain("Everything is there. 2 events expected, 2 held.");
  expect(ended.stderr).toContain("U929");
  expect(ended.stderr).toContain(`"store" keeps events for a limited time`);
  expect(ended.exit).toBe(0);
});

it("files that were removed are not missing; those of files that keep all are", async () => {
  const sink = (more: string): string =>
    `  - {name: archive, kind: file, folder: archive, rotate_age: 1s${more}}\n`;
  site.configure(sink(", keep_files: 1"));
  const folder = join(site.folder, "archive");
  await deliver([aged(1, 3), aged(2, 2)]);
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".ndjson")))
    rmSync(join(folder, name));
  await deliver([aged(3, -0.0001)]);
  const limited = await site.run("reconcile", "--sink", "archive", "--since", since);
  expect(limited.stderr).toContain("U929");
  expect(limited.exit).toBe(0);
  site.configure(sink(""));
  const all = await site.run("reconcile", "--sink", "archive", "--since", since);
  expect(all.stdout).toContain("2 events missing");
  expect(all.exit).toBe(1);
});

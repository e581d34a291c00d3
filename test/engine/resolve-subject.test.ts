import { afterAll, beforeAll, expect, it } from "vitest";
import { eventListsOf, panelsOf } from "../../src/dashboard/ir.ts";
import { duckdbEvents } from "../../src/dashboard/query/duckdb.ts";
import { narrowToSubject } from "../../src/dashboard/subject.ts";
import { resolveSubject } from "../../src/engine/resolve-subject.ts";
import { shippedDashboard } from "../dashboard/panels.ts";
import { MemoryStore } from "./memory-store.ts";

let memory: MemoryStore;

const ann = `abcdef01${"0".repeat(56)}`;
const bob = `abcdef02${"0".repeat(56)}`;

function start(session_id: string, user_id_hash: string | undefined, hour: number): object {
  return {
    event_id: `${session_id}-${hour}`,
    event_type: "session_start",
    timestamp: `2026-03-0${hour}T10:00:00.000Z`,
    session_id,
    ...(user_id_hash !== undefined && { user_id_hash }),
  };
}

beforeAll(async () => {
  memory = await MemoryStore.open();
  await memory.load([
    start("one", ann, 1),
    start("two", ann, 2),
    start("three", bob, 3),
    start("it's", bob, 4),
    start("shared", ann, 5),
    start("shared", bob, 6),
    start("nobody", undefined, 7),
    // An event of a session that names no user belongs to its timeline all the same.
    { ...start("one", undefined, 8), event_type: "session_end" },
  ]);
});

afterAll(() => memory.close());

/** Events of the incident dashboard's lists, by the name of the panel. */
async function listed(values: Readonly<Record<string, string>>): Promise<unknown> {
  const subject = await resolveSubject(
    memory.store,
    new Map(Object.entries(values) as ["session_id" | "user_id_hash", string][]),
  );
  if (typeof subject === "string") return subject;
  const dashboard = narrowToSubject(shippedDashboard("incident"), subject);
  const lists: Record<string, unknown> = {};
  for (const { name, query } of eventListsOf(dashboard)) {
    const rows = await memory.store.query(duckdbEvents(query));
    lists[name] = rows.map((row) => row["session_id"]);
  }
  const texts = panelsOf(dashboard).flatMap((one) =>
    one.kind === "text" && one.name !== "reading" ? [`${one.name}: ${one.text}`] : [],
  );
  return { ...lists, texts };
}

it("a session tells its user, whose other sessions are shown beside its own timeline", async () => {
  expect(await listed({ session_id: "one" })).toMatchObject({
    timeline: ["one", "one"],
    sessions: ["shared", "two", "one"],
    texts: [],
  });
  expect(await listed({ session_id: "it's" })).toMatchObject({ timeline: ["it's"], texts: [] });
});

it("a session of several users, or of none, implies nobody", async () => {
  for (const session_id of ["shared", "nobody"])
    expect(await listed({ session_id })).toMatchObject({
      texts: [
        "sessions: Needs a value of user_id_hash.",
        "sessions-by-day: Needs a value of user_id_hash.",
      ],
    });
});

it("a user who was named counts, and so does the beginning of a pseudonym", async () => {
  expect(await listed({ session_id: "one", user_id_hash: "abcdef02" })).toMatchObject({
    timeline: [],
    sessions: ["shared", "it's", "three"],
  });
  expect(await listed({ user_id_hash: "abcdef01" })).toMatchObject({
    timeline: ["one", "two", "shared"],
  });
  expect(await listed({ user_id_hash: "abcdef0" })).toContain("first 8 hex digits");
  expect(await listed({ user_id_hash: "abcdef03" })).toBe("No event is about this user.");
});

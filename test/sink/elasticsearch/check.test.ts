/** What `check` finds, and that it leaves no event behind. */
import { afterEach, describe, expect, it } from "vitest";
import { streamsOf } from "../../../src/sink/elasticsearch/stream.ts";
import { type FakeKey, WRITER } from "../../wire/fake-elasticsearch.ts";
import { KEYS, never, type Opened, open } from "./open.ts";

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const AUTHORIZATION = `ApiKey ${KEYS.ES_WRITER}`;

async function findings(prepare: (opened: Opened) => void = () => {}) {
  opened ??= await open();
  prepare(opened);
  const found = await opened.sink.check(never());
  expect(opened.fake.eventIds()).toEqual([]);
  for (const { status, instruction } of found)
    if (status !== "ok") expect((instruction ?? "").length).toBeGreaterThan(10);
  return found;
}

const withKey = (key: FakeKey) => (one: Opened) => one.fake.grant(AUTHORIZATION, key);

describe("a check", () => {
  it("of a cluster as set-up leaves it finds nothing to do", async () => {
    const found = await findings();
    expect(found.map(({ status }) => status)).toEqual(Array(6).fill("ok"));
    expect(found.map(({ what }) => what)).toEqual([
      "Elasticsearch 9.5.1",
      ...streamsOf("default").map((stream) => `${stream} takes documents of this key`),
      "the key can neither read nor change nor delete events",
    ]);
  });

  it("does not ask for the version's privilege", async () => {
    const found = await findings(withKey({ ...WRITER, cluster: [] }));
    expect(found.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it("warns of a key that may do more than write", async () => {
    const index = ["create_doc", "read", "delete_index"];
    const found = await findings(withKey({ index, cluster: ["monitor", "manage_security"] }));
    expect(found.filter(({ status }) => status === "warning").map(({ what }) => what)).toEqual([
      "the key may also read events (read), delete whole streams (delete_index), manage_security the cluster",
    ]);
  });

  it("names the privilege that is missing", async () => {
    const found = await findings(withKey({ index: [], cluster: ["monitor"] }));
    const failed = found.filter(({ status }) => status === "failed");
    expect(failed).toHaveLength(5);
    for (const { what, instruction } of failed)
      expect(`${what} ${instruction}`).toMatch(/create_doc/);
  });

  it("says once what meets every stream", async () => {
    const found = await findings((one) => one.fake.revoke(AUTHORIZATION));
    expect(found).toMatchObject([
      { status: "failed", what: expect.stringContaining("401 security_exception") },
    ]);
  });

  it("finds that nothing is set up", async () => {
    opened = await open({}, { isBare: true });
    const failed = (await findings()).filter(({ status }) => status === "failed");
    expect(failed).toHaveLength(4);
    for (const { instruction } of failed) expect(instruction).toContain("claude-siem setup");
    expect(opened.fake.streams()).toEqual([]);
  });

  it("finds a read-only stream", async () => {
    const found = await findings((one) => one.fake.setReadOnly(true));
    expect(found).toContainEqual({
      status: "failed",
      what: expect.stringContaining("blocked by"),
      instruction: expect.stringContaining("read-only"),
    });
  });

  it("warns of a failure store, which would hide what is refused", async () => {
    const found = await findings((one) => one.fake.setFailureStore(true));
    expect(found.filter(({ status }) => status === "warning")).toHaveLength(4);
    expect(found.find(({ status }) => status === "warning")?.instruction).toContain("::failures");
  });

  it("warns of a pipeline that drops, before it drops events", async () => {
    const found = await findings((one) => one.fake.breakItems(() => "dropped"));
    const warnings = found.filter(({ status }) => status === "warning");
    expect(warnings).toHaveLength(4);
    expect(warnings[0]?.what).toContain("dropped");
  });

  it("refuses a cluster that is too old", async () => {
    opened = await open({}, { version: "8.15.3" });
    expect(await findings()).toContainEqual({
      status: "failed",
      what: "Elasticsearch 8.15.3 is too old",
      instruction: "Upgrade to 8.16 or later.",
    });
  });

  it("takes Serverless, whose version says nothing", async () => {
    opened = await open({}, { version: "8.11.0" });
    const found = await findings();
    expect(found[0]).toEqual({ status: "ok", what: "Elasticsearch Serverless" });
    expect(found.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it("warns of a cluster without security", async () => {
    opened = await open({}, { hasSecurity: false });
    const warnings = (await findings()).filter(({ status }) => status === "warning");
    expect(warnings).toMatchObject([{ what: expect.stringContaining("could not be asked") }]);
  });
});

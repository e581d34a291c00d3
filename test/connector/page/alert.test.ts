/** States of alerts: changed on the page, kept in the journal, there again after a restart. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { criticalEvent, eventId } from "../../conformance/event.ts";
import { hiddenFields, PageStage, type Sent } from "./stage.ts";

let stage: PageStage;

beforeEach(() => {
  stage = new PageStage();
});

afterEach(() => stage.clear());

/** Starts with one alert; resolves with its path. */
async function withAlert(server = "", sink = ""): Promise<string> {
  await stage.start(server, sink);
  await stage.take(
    criticalEvent(7, { timestamp: new Date(Date.now() - 60_000).toISOString() }).event,
  );
  const [path] = /\/alerts\/[0-9a-f-]{36}/.exec((await stage.ask("/alerts?state=all")).body) ?? [];
  if (path === undefined) throw new Error("there is no alert");
  return path;
}

const here = (): Record<string, string> => ({ origin: stage.url });

/** The form of a page, filled in. */
async function filled(path: string, values: Readonly<Record<string, string>>): Promise<Sent> {
  const hidden = hiddenFields((await stage.ask(path)).body);
  return { headers: here(), form: { ...hidden, ...values } };
}

const stateOf = async (path: string): Promise<string | undefined> =>
  /<dd id="state"><span class="badge [a-z]+">([a-z]+)</.exec((await stage.ask(path)).body)?.[1];

it("an alert opens its evidence, its rule and what to do", async () => {
  const path = await withAlert();
  const { body, status } = await stage.ask(path);
  expect(status).toBe(200);
  expect(body).toContain("Prompt injection attempt");
  expect(body).toMatch(/What to do.*Isolate the session/s);
  expect(body).toMatch(/Rule prompt-injection [0-9.]+.*within 1h/s);
  expect(body).toContain(`<code>${eventId(7)}</code>`);
  expect(await stateOf(path)).toBe("new");
});

it("is acknowledged, closed with a note, opened again; the journal has it and a restart keeps it", async () => {
  const path = await withAlert();
  const seq = stage.connector?.status().journal.seq ?? 0;
  const taken = await stage.ask(path, await filled(path, { to: "acknowledged", by: "Ann B." }));
  expect(taken).toMatchObject({ status: 303, headers: { location: path } });
  // The answer came after fsync: the journal is longer by one.
  expect(stage.connector?.status().journal.seq).toBe(seq + 1);
  expect(await stateOf(path)).toBe("acknowledged");

  const bare = await stage.ask(path, await filled(path, { to: "closed", by: "Ann B.", note: " " }));
  expect(bare.status).toBe(409);
  expect(bare.body).toContain("An alert is closed with a note");
  expect(bare.body).toContain('value="Ann B."');
  const closing = { to: "closed", by: "Ann B.", note: "A drill of <b>ours</b>." };
  expect((await stage.ask(path, await filled(path, closing))).status).toBe(303);
  expect(await stateOf(path)).toBe("closed");
  expect((await stage.ask("/alerts")).body).toContain("0 of 1 alerts");

  // A crash, as far as the page goes: what it knows comes from the store.
  await stage.start();
  expect(await stateOf(path)).toBe("closed");
  const { body } = await stage.ask(path);
  expect(body).toContain("A drill of &lt;b&gt;ours&lt;/b&gt;.");
  expect(body).not.toContain("Ann");
  expect(body.match(/record [0-9]+ of the journal/g)).toHaveLength(2);
  expect((await stage.ask(path, await filled(path, { to: "new", by: "c" }))).status).toBe(303);
  expect(await stateOf(path)).toBe("new");
});

it("a change comes from a form of this page, or nothing changes", async () => {
  const path = await withAlert();
  const { form } = await filled(path, { to: "closed", by: "x", note: "y" });
  const before = stage.connector?.status().journal.seq;
  const tries: readonly Sent[] = [
    { form: form ?? {} },
    { form: form ?? {}, headers: { origin: "http://evil.example" } },
    { form: form ?? {}, headers: { origin: "null" } },
    { form: form ?? {}, headers: { ...here(), "sec-fetch-site": "cross-site" } },
    { form: { ...form, token: "" }, headers: here() },
    { form: { ...form, token: "A".repeat(43) }, headers: here() },
  ];
  for (const sent of tries) expect((await stage.ask(path, sent)).status).toBe(403);
  const plain = { ...here(), "content-type": "text/plain" };
  expect((await stage.ask(path, { form: form ?? {}, headers: plain })).status).toBe(400);
  expect((await stage.ask(path, { method: "PUT", headers: here() })).status).toBe(405);
  expect((await stage.ask("/", { form: form ?? {}, headers: here() })).status).toBe(405);
  const long = { ...form, note: "n".repeat(40_000) };
  expect((await stage.ask(path, { form: long, headers: here() })).status).toBe(400);
  expect(stage.connector?.status().journal.seq).toBe(before);
  expect(await stateOf(path)).toBe("new");
});

it("a form sent twice is one change, and of two people only the first changes a state", async () => {
  const path = await withAlert();
  const mine = await filled(path, { to: "acknowledged", by: "a" });
  const yours = await filled(path, { to: "closed", by: "b", note: "done" });
  const before = stage.connector?.status().journal.seq ?? 0;
  const [one, two] = await Promise.all([stage.ask(path, mine), stage.ask(path, mine)]);
  expect([one.status, two.status]).toEqual([303, 303]);
  expect(stage.connector?.status().journal.seq).toBe(before + 1);
  const late = await stage.ask(path, yours);
  expect(late.status).toBe(409);
  expect(late.body).toContain("somebody else has changed it");
  expect(await stateOf(path)).toBe("acknowledged");
});

it("an event of another source changes no alert", async () => {
  const path = await withAlert();
  await stage.take({
    event_id: eventId(500),
    event_type: "policy_event",
    policy_event_type: "alert_state_changed",
    timestamp: new Date().toISOString(),
    alert_id: path.slice("/alerts/".length),
    alert_state: "closed",
    decision_reason: "nothing to see",
    source_record_id: "abcdefghijklmnopabcdefgh",
  });
  expect(await stateOf(path)).toBe("new");
  expect((await stage.ask(path)).body).not.toContain("nothing to see");
});

it("where the sink leaves changes out, the page says so and makes none", async () => {
  const path = await withAlert("", ", where: event_type = security_event");
  expect((await stage.ask(path)).body).toContain("leaves out changes of state");
  const values = { to: "closed", by: "a", note: "b", from: "new", change: eventId(1) };
  const token = hiddenFields((await stage.ask("/alerts")).body)["token"] ?? "";
  const sent = { headers: here(), form: { ...values, token } };
  expect((await stage.ask(path, sent)).status).toBe(403);
});

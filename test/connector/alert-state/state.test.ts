import { createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AlertBook } from "../../../src/connector/alert-state/book.ts";
import { isChangeId, uuidOf } from "../../../src/connector/alert-state/change-id.ts";
import { parseChange } from "../../../src/connector/alert-state/form.ts";
import {
  type AlertState,
  type AskedChange,
  alertStates,
  changeEvent,
  refusalOf,
  toChange,
} from "../../../src/connector/alert-state/state.ts";
import { parseEventLine } from "../../../src/event/parse.ts";
import { createPolicy } from "../../../src/policy/policy.ts";
import { createPseudonymiser } from "../../../src/policy/pseudonym.ts";

const NOW = Date.parse("2026-03-02T09:30:00.120Z");
const hasher = createPseudonymiser(createSecretKey(Buffer.alloc(32, 7)));
const ID = "3f0c2a5e-1111-4222-8333-444455556666";

function asked(change: Partial<AskedChange> = {}): AskedChange {
  return {
    eventId: ID,
    alertId: "0b0e8f0a-53a5-5c8e-8f0e-6d3a2c9b7e41",
    rule: "prompt-injection 1.0.0",
    from: "new",
    to: "acknowledged",
    by: "Ann B.",
    note: "",
    ...change,
  };
}

describe("a change", () => {
  it("goes only where it can", () => {
    const possible = alertStates.flatMap((from) =>
      alertStates
        .filter((to) => refusalOf(asked({ from, to, note: "n" }), from) === undefined)
        .map((to) => `${from} → ${to}`),
    );
    expect(possible).toEqual([
      "new → acknowledged",
      "new → closed",
      "acknowledged → new",
      "acknowledged → closed",
      "closed → new",
    ]);
  });

  it.each<[Partial<AskedChange>, AlertState, RegExp]>([
    [{}, "closed", /closed by now/],
    [{ by: "  " }, "new", /who you are/],
    [{ by: "x".repeat(65) }, "new", /longer than 64/],
    [{ to: "closed" }, "new", /closed with a note/],
    [{ note: "x".repeat(1001) }, "new", /longer than 1000/],
  ])("%j of an alert that is %s is refused", (change, now, reason) => {
    expect(refusalOf(asked(change), now)).toMatch(reason);
  });

  it("is an event of the vocabulary that policy leaves as it is, and names nobody", () => {
    const event = changeEvent(asked({ to: "closed", note: " a drill " }), hasher, NOW);
    const parsed = parseEventLine(JSON.stringify(event), 1, { file: "page", strict: true });
    expect(parsed.ok && parsed.diagnostics).toEqual([]);
    const kept = createPolicy({ pseudonymiser: hasher }).applyPolicy(event);
    expect(kept).toEqual(event);
    expect(kept).toMatchObject({ alert_state: "closed", decision_reason: "a drill" });
    expect(JSON.stringify(kept)).not.toMatch(/Ann/);
    expect(toChange({ ...kept, chain_seq: 4 }, hasher)).toMatchObject({ state: "closed", seq: 4 });
  });

  it("proves where it was made: nothing of it can be another", () => {
    const row = { ...changeEvent(asked(), hasher, NOW), chain_seq: 4 };
    expect(toChange(row, hasher)).toBeDefined();
    const others = [
      { alert_id: "another" },
      { alert_state: "closed" },
      { event_id: "another" },
      { timestamp: "2026-03-02T09:30:00.121Z" },
      { source_record_id: null },
      { alert_state: null },
    ];
    for (const other of others) expect(toChange({ ...row, ...other }, hasher)).toBeUndefined();
    const key = createPseudonymiser(createSecretKey(Buffer.alloc(32, 8)));
    expect(toChange(row, key)).toBeUndefined();
  });

  it("is a form of ours or none", () => {
    const form = { change: ID, from: "new", to: "closed", by: "a", note: "b\r\nc" };
    const read = (fields: Record<string, string>) => parseChange("id", new URLSearchParams(fields));
    expect(read(form)).toMatchObject({ eventId: ID, to: "closed", note: "b\nc" });
    for (const bad of [{ change: "x" }, { from: "gone" }, { to: "" }])
      expect(read({ ...form, ...bad })).toBeUndefined();
    expect(isChangeId(uuidOf(new Uint8Array(16).fill(255)))).toBe(true);
  });
});

describe("the book of alerts", () => {
  it("makes a change when it is durable, and none when it is not", async () => {
    let fails = true;
    const book = new AlertBook({
      hasher,
      now: () => NOW,
      tell: async () => {
        if (fails) throw new Error("the connector stops");
        return { seq: 12, hash: "" } as never;
      },
    });
    await expect(book.change(asked())).rejects.toThrow("the connector stops");
    expect(book.state(asked().alertId)).toBe("new");
    fails = false;
    expect(await book.change(asked())).toBeUndefined();
    expect(book.state(asked().alertId)).toBe("acknowledged");
    expect(await book.change(asked())).toBeUndefined();
    expect(book.history(asked().alertId)).toHaveLength(1);
  });

  it("reads every change of the store once, in the order of the journal", async () => {
    const book = new AlertBook({ hasher, now: () => NOW, tell: () => Promise.reject() });
    const row = (n: number, to: AlertState) => ({
      ...changeEvent(asked({ eventId: `${n}`, to }), hasher, NOW + n),
      chain_seq: n,
      ord: 100 - n,
    });
    const rows = [row(3, "new"), row(2, "closed"), row(1, "acknowledged")];
    const queries: string[] = [];
    const table = {
      query: async (sql: string) => {
        queries.push(sql);
        return rows;
      },
    };
    await book.refresh(table, 100);
    await book.refresh(table, 100);
    expect(queries).toHaveLength(1);
    const history = book.history(asked().alertId);
    expect(history.map(({ state }) => state)).toEqual(["acknowledged", "closed", "new"]);
    expect(book.state(asked().alertId)).toBe("new");
  });
});

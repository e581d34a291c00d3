import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { Access, isSameOrigin } from "../../../src/connector/page/access.ts";
import { safePath } from "../../../src/connector/page/login.ts";

const TOKEN = "a-token-that-is-long-enough-for-anybody";

/** A request with these headers, from an address. */
function from(headers: Readonly<Record<string, string>>, peer = "192.0.2.1"): IncomingMessage {
  return { headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage;
}

/** Access with a clock and a token that a test changes. */
function guarded(token = TOKEN) {
  const state: { now: number; token: string | undefined; drawn: number } = {
    ...{ now: 1_000_000, token, drawn: 0 },
  };
  const access = new Access({
    readToken: () => state.token,
    now: () => state.now,
    random: (bytes) => {
      state.drawn += 1;
      return new Uint8Array(bytes).fill(state.drawn);
    },
  });
  return { access, state };
}

function cookieOf(access: Access, given = TOKEN): string {
  const outcome = access.logIn(from({}), given);
  if (outcome.kind !== "in") throw new Error(outcome.kind);
  return outcome.cookie.split(";")[0] ?? "";
}

describe("a session", () => {
  it("is opened by the token, in a cookie that no script and no other site gets", () => {
    const { access } = guarded();
    const outcome = access.logIn(from({}), TOKEN);
    expect(outcome).toMatchObject({ kind: "in" });
    const { cookie } = outcome as { cookie: string };
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/);
    const behindTls = access.logIn(from({ "x-forwarded-proto": "https" }), TOKEN);
    expect((behindTls as { cookie: string }).cookie).toMatch(/; Secure$/);
  });

  it("admits until it ends: by time, by logging out, by another token", () => {
    const { access, state } = guarded();
    const first = cookieOf(access);
    expect(access.admits(from({ cookie: `x=1; ${first}` }))).toBe(true);
    expect(access.admits(from({ cookie: `${first}0` }))).toBe(false);
    state.now += 12 * 3_600_000;
    expect(access.admits(from({ cookie: first }))).toBe(false);
    const second = cookieOf(access);
    expect(access.logOut(from({ cookie: second }))).toMatch(/Max-Age=0/);
    expect(access.admits(from({ cookie: second }))).toBe(false);
    const third = cookieOf(access);
    state.token = `${TOKEN}-rotated`;
    expect(access.admits(from({ cookie: third }))).toBe(false);
    state.token = undefined;
    expect(access.admits(from({ authorization: `Bearer ${TOKEN}` }))).toBe(false);
  });

  it("is not opened for whoever guesses, nor for a while after", () => {
    const { access, state } = guarded();
    for (let tries = 0; tries < 5; tries += 1)
      expect(access.logIn(from({}), `guess ${tries}`)).toEqual({ kind: "wrong" });
    expect(access.logIn(from({}), TOKEN)).toEqual({ kind: "wait", seconds: 60 });
    expect(access.admits(from({ authorization: `Bearer ${TOKEN}` }))).toBe(false);
    expect(access.logIn(from({}, "192.0.2.2"), TOKEN)).toMatchObject({ kind: "in" });
    state.now += 60_000;
    expect(access.logIn(from({}), TOKEN)).toMatchObject({ kind: "in" });
  });

  it("of a machine is the token with every request", () => {
    const { access } = guarded();
    expect(access.admits(from({ authorization: `Bearer ${TOKEN}` }))).toBe(true);
    expect(access.admits(from({ authorization: "Bearer wrong" }))).toBe(false);
    expect(access.admits(from({ authorization: `Basic ${TOKEN}` }))).toBe(false);
    expect(access.admits(from({}))).toBe(false);
  });
});

describe("a form", () => {
  const own = { host: "siem.example:9464", origin: "http://siem.example:9464" };

  it("is taken from a page of this server and this session only", () => {
    const { access } = guarded();
    const [mine, other] = [cookieOf(access), cookieOf(access)];
    const token = access.formToken(from({ cookie: mine }));
    expect(access.isOwnForm(from({ ...own, cookie: mine }), token)).toBe(true);
    expect(access.isOwnForm(from({ ...own, cookie: other }), token)).toBe(false);
    expect(access.isOwnForm(from({ ...own, cookie: mine }), undefined)).toBe(false);
    expect(access.isOwnForm(from({ ...own, cookie: mine }), `${token}x`)).toBe(false);
  });

  it.each([
    [{ host: "siem.example:9464" }, false],
    [{ ...own, origin: "null" }, false],
    [{ ...own, origin: "http://evil.example" }, false],
    [{ ...own, origin: "http://siem.example" }, false],
    [{ ...own, "sec-fetch-site": "cross-site" }, false],
    [{ ...own, "sec-fetch-site": "same-site" }, false],
    [{ ...own, "sec-fetch-site": "same-origin" }, true],
    [own, true],
  ])("%j comes from here: %s", (headers, expected) => {
    expect(isSameOrigin(from(headers as Record<string, string>))).toBe(expected);
  });
});

it.each([
  ["/alerts?state=all", "/alerts?state=all"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["/a\r\nset-cookie: x", "/"],
  [null, "/"],
])("after a login %j leads to %j", (asked, expected) => {
  expect(safePath(asked)).toBe(expected);
});

import { describe, expect, it } from "vitest";
import { judgeEndpoint } from "../../src/config/endpoint.ts";

describe("an endpoint", () => {
  it.each([
    ["https://siem.example", false],
    ["https://siem.example:8088/services/x", false],
    ["http://127.0.0.1:8088", true],
    ["http://127.8.8.8", true],
    ["http://localhost:9200", true],
    ["http://[::1]:9200", true],
  ])("%s is taken (plain http asked for: %s)", (value, plain) => {
    expect(judgeEndpoint(value, plain)).toBeInstanceOf(URL);
  });

  it.each([
    [
      "http://siem.example",
      true,
      "events and tokens would travel unencrypted",
      "http://siem.example",
    ],
    ["http://10.0.0.1", true, "events and tokens would travel unencrypted", "http://10.0.0.1"],
    [
      "http://127.0.0.1",
      false,
      "plain http is taken on loopback only when asked for",
      "http://127.0.0.1",
    ],
    ["ftp://siem.example/pub", true, "it is not an https URL", "ftp://siem.example/…"],
    ["siem.example/hook/secret", true, "it is no URL", "siem.example/…"],
    ["https://me:secret@", true, "it is no URL", "https://…@"],
    [
      "https://me:secret@siem.example/hook?token=secret",
      true,
      "it holds a user name or password, which belong into a secret",
      "https://siem.example/…",
    ],
  ])("%s is refused without repeating what may be secret", (value, plain, problem, shown) => {
    expect(judgeEndpoint(value, plain)).toEqual({ problem, shown });
  });
});

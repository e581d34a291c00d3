import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseListenAddress } from "../../src/config/listen.ts";
import { resolvePath } from "../../src/config/path.ts";
import { formatSize, parseSize } from "../../src/config/size.ts";

describe("a size", () => {
  it.each([
    ["0B", 0],
    ["1500B", 1500],
    ["512KiB", 524_288],
    ["64MiB", 67_108_864],
    ["3GiB", 3_221_225_472],
    ["1TiB", 1_099_511_627_776],
  ])("%s is %i bytes and is written so again", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
    expect(formatSize(bytes)).toBe(text);
  });

  it.each(["64", "64MB", "64 MiB", "-1B", "1.5GiB", "64mib", "", "9999999999B"])(
    "is not %j",
    (text) => expect(parseSize(text)).toBeUndefined(),
  );

  it("reads back whatever is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });
});

describe("an address to listen at", () => {
  it.each([
    ["127.0.0.1:9464", "127.0.0.1", 9464],
    ["localhost:0", "localhost", 0],
    ["[::1]:65535", "::1", 65_535],
    ["0.0.0.0:80", "0.0.0.0", 80],
  ])("is %s", (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each(["9464", ":9464", "::1:9464", "127.0.0.1", "127.0.0.1:65536", "a b:1", "http://h:1"])(
    "is not %s",
    (text) => expect(parseListenAddress(text)).toBeUndefined(),
  );
});

describe("a path", () => {
  it.each([
    ["/etc/siem/claude-siem.yaml", "data", "/etc/siem/data"],
    ["/etc/siem/claude-siem.yaml", "../x", "/etc/x"],
    ["/etc/siem/claude-siem.yaml", "/srv/x", "/srv/x"],
    ["claude-siem.yaml", "data", "data"],
    ["site/claude-siem.yaml", "./data", "site/data"],
  ])("in %s written as %s is %s", (file, written, path) => {
    expect(resolvePath(file, written)).toBe(path);
  });
});

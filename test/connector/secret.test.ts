import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MissingSecretError } from "../../src/config/secret.ts";
import { createSecretReader } from "../../src/connector/secret.ts";

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-secret-"));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function reader(environment: Record<string, string> = {}) {
  return createSecretReader({ environment, warn: (message) => warnings.push(message) });
}

function secretFile(text: string, mode = 0o600): string {
  const path = join(folder, "secret");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("a secret", () => {
  it.each([
    ["plain", "plain"],
    ["one line break\n", "one line break"],
    ["from Windows\r\n", "from Windows"],
    ["two\n\n", "two\n"],
    [" blanks inside and around ", " blanks inside and around "],
  ])("of a file with %j is %j", (text, secret) => {
    expect(reader()({ from: "file", path: secretFile(text) })).toBe(secret);
  });

  it("of a file is read again with each use", () => {
    const read = reader();
    const path = secretFile("old");
    expect(read({ from: "file", path })).toBe("old");
    writeFileSync(path, "new");
    expect(read({ from: "file", path })).toBe("new");
  });

  it("of a variable is read again with each use", () => {
    const environment: Record<string, string> = { TOKEN: "old\n" };
    const read = reader(environment);
    expect(read({ from: "env", name: "TOKEN" })).toBe("old");
    environment["TOKEN"] = "new";
    expect(read({ from: "env", name: "TOKEN" })).toBe("new");
  });

  it("that is missing or empty is told by its place", () => {
    const read = reader({ EMPTY: " \n" });
    expect(() => read({ from: "env", name: "TOKEN" })).toThrow(
      new MissingSecretError("environment variable TOKEN is not set"),
    );
    expect(() => read({ from: "env", name: "EMPTY" })).toThrow(MissingSecretError);
    expect(() => read({ from: "file", path: secretFile("\n") })).toThrow(/is empty$/);
    expect(() => read({ from: "file", path: join(folder, "none") })).toThrow(/none.*ENOENT/);
  });

  it.skipIf(process.platform === "win32")("that others may read is told once", () => {
    const read = reader();
    const path = secretFile("token-0123456789", 0o644);
    read({ from: "file", path });
    read({ from: "file", path });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(path);
    expect(warnings[0]).not.toContain("token-0123456789");
    chmodSync(path, 0o640);
    createSecretReader({ environment: {}, warn: (text) => warnings.push(text) })({
      from: "file",
      path,
    });
    expect(warnings).toHaveLength(1);
  });
});

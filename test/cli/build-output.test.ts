import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { installArtifacts } from "../../src/cli/build-output.ts";
import type { Artifact } from "../../src/pack/artifact.ts";

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "claude-siem-build-test-"));
});

afterEach(() => rmSync(out, { recursive: true, force: true }));

function artifact(path: string, body: string): Artifact {
  return {
    path,
    mediaType: "text/plain",
    body,
    target: "splunk",
    kind: "query",
    source: "rules/x/rule.yaml",
    fidelity: { level: "exact" },
  };
}

/** Every file below the output folder with its text. */
function tree(): Readonly<Record<string, string>> {
  const names = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    names.map((name) => [name.slice(out.length + 1), readFileSync(name, "utf8")]),
  );
}

it("replaces the folders of its targets and leaves the others", async () => {
  mkdirSync(join(out, "sigma"));
  writeFileSync(join(out, "sigma", "kept.yml"), "kept");
  await installArtifacts(
    out,
    ["splunk"],
    [artifact("splunk/a.spl", "a"), artifact("splunk/b.spl", "b")],
    "1",
  );
  await installArtifacts(out, ["splunk"], [artifact("splunk/b.spl", "c")], "1");
  expect(Object.keys(tree())).toEqual(["manifest.json", "sigma/kept.yml", "splunk/b.spl"]);
  expect(tree()["splunk/b.spl"]).toBe("c");
});

it("leaves everything as it was when a file cannot be written", async () => {
  await installArtifacts(out, ["splunk"], [artifact("splunk/a.spl", "a")], "1");
  const before = tree();
  // A file cannot be a folder as well: the second write fails after the first went well.
  const impossible = [artifact("splunk/a.spl", "new"), artifact("splunk/a.spl/b.spl", "b")];
  await expect(installArtifacts(out, ["splunk"], impossible, "1")).rejects.toMatchObject({
    exitCode: 3,
    diagnostics: [{ help: expect.stringMatching(/./) }],
  });
  expect(tree()).toEqual(before);
});

it("leaves everything as it was when a folder cannot be moved into place", async () => {
  await installArtifacts(out, ["splunk"], [artifact("splunk/a.spl", "a")], "1");
  const before = tree();
  const files = [artifact("splunk/a.spl", "new"), artifact("elastic/deep/b.json", "b")];
  // The second entry lies below a file, so its move fails when the first has been made.
  await expect(installArtifacts(out, ["splunk", "manifest.json/x"], files, "1")).rejects.toThrow();
  expect(tree()).toEqual(before);
});

it("removes what a killed build left behind", async () => {
  mkdirSync(join(out, ".claude-siem-build-killed", "new"), { recursive: true });
  writeFileSync(join(out, ".claude-siem-build-killed", "new", "half"), "half");
  await installArtifacts(out, ["splunk"], [artifact("splunk/a.spl", "a")], "1");
  expect(Object.keys(tree())).toEqual(["manifest.json", "splunk/a.spl"]);
});

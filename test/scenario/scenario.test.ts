/**
 * Runs the command line as a person or a script would, from files that read like a transcript.
 *
 * A `.scenario` file holds sections that start with `==== NAME`:
 *   file PATH   a file to create in the scenario's empty folder
 *   run         one command line, run in that folder by a shell; `claude-siem` is the command
 *   stdin       what the next run reads
 *   exit        the exit code the run before must have (0 when absent)
 *   stdout      what it must print, exactly; a line `…` stands for any lines, `{…}` for any text
 *   stderr      the same for its messages
 * A run whose stdout or stderr section is absent must print nothing there.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

interface Section {
  readonly name: string;
  readonly argument: string;
  readonly body: string;
}

const root = join(import.meta.dirname, "..", "..");
const command = `"${process.execPath}" "${join(root, "src", "cli", "main.ts")}"`;

function parseScenario(text: string): readonly Section[] {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((part) => {
      const [head = "", ...rest] = part.split("\n");
      const [name = "", ...words] = head.trim().split(" ");
      const body = rest.join("\n").replace(/\n+$/, "\n");
      return { name, argument: words.join(" "), body: body === "\n" ? "" : body };
    });
}

/** A pattern with `…` lines and `{…}` gaps as a regular expression over the whole text. */
function patternOf(expected: string): RegExp {
  const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = expected.split("\n").map((line) => {
    if (line === "…") return "(?:.*\n)*?";
    return `${line.split("{…}").map(quote).join(".*")}\n`;
  });
  return new RegExp(`^${lines.join("").replace(/\n$/, "")}$`);
}

function expectText(actual: string, expected: string): void {
  if (expected.includes("…")) {
    if (!patternOf(expected).test(actual)) expect(actual).toBe(expected);
  } else expect(actual).toBe(expected);
}

/** A run with the expectations that follow it. */
function runScenario(sections: readonly Section[], folder: string): void {
  let stdin = "";
  sections.forEach((section, index) => {
    if (section.name === "file") {
      mkdirSync(dirname(join(folder, section.argument)), { recursive: true });
      writeFileSync(join(folder, section.argument), section.body);
    } else if (section.name === "stdin") stdin = section.body;
    else if (section.name === "run") {
      const line = section.body
        .trim()
        .replace(/(?<![\w./-])claude-siem(?=\s|$)/g, () => command)
        .replaceAll("{root}", root);
      const done = spawnSync("sh", ["-c", line], { cwd: folder, input: stdin, encoding: "utf8" });
      stdin = "";
      const next = sections.slice(index + 1);
      const stop = next.findIndex(
        ({ name }) => name === "run" || name === "file" || name === "stdin",
      );
      const expected = new Map(
        (stop === -1 ? next : next.slice(0, stop)).map(({ name, body }) => [name, body]),
      );
      const tidy = (text: string): string => text.replaceAll(root, "{root}");
      expectText(tidy(done.stderr), expected.get("stderr") ?? "");
      expectText(tidy(done.stdout), expected.get("stdout") ?? "");
      expect(done.status, section.body).toBe(Number(expected.get("exit") ?? 0));
    }
  });
}

describe("scenario", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".scenario"));

  it.each(files)("%s", { timeout: 60_000 }, (name) => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-scenario-"));
    try {
      runScenario(parseScenario(readFileSync(join(import.meta.dirname, name), "utf8")), folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

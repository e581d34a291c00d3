/** Pages lead somewhere, and the commands they show exist with the options they are shown with. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { commonOptions } from "../../src/cli/arguments.ts";
import { commands } from "../../src/cli/commands.ts";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

function textOf(page: string): string {
  return readFileSync(page, "utf8");
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = textOf(page).matchAll(/^#{1,6} (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links of a page that lead to files of this repository, as written. */
function linksOf(page: string): readonly string[] {
  const links = textOf(page).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].map(([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
}

/** Every `claude-siem …` of a page, in blocks and in running text, up to where the command ends. */
function callsOf(page: string): readonly string[] {
  const joined = textOf(page).replaceAll("\\\n", " ");
  const inBlocks = [...joined.matchAll(/^(?:\$ )?(?:sudo )?claude-siem (.*)$/gm)];
  const inText = [...joined.matchAll(/`claude-siem ([^`]*)`/g)];
  return [...inBlocks, ...inText]
    .map(([, call = ""]) => call.split(/ #| && | \| | &$| >/)[0] ?? "")
    .filter((call) => /^[a-z]/.test(call));
}

describe("pages", () => {
  it("have links and commands that are found", () => {
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(30);
    expect(pages.flatMap(callsOf).length).toBeGreaterThan(40);
  });

  it.each(pages)("%s leads to pages and headings that exist", (page) => {
    for (const link of linksOf(page)) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      expect(existsSync(target), `${page}: ${link}`).toBe(true);
      if (anchor !== undefined)
        expect([...anchorsOf(target)], `${page}: ${link}`).toContain(anchor);
    }
  });

  it.each(pages)("%s shows commands as they are", async (page) => {
    for (const call of callsOf(page)) {
      const [name = "", ...words] = call.split(/\s+/);
      const load = commands[name];
      expect(load, `${page}: claude-siem ${call}`).toBeDefined();
      const { spec } = (await load?.()) ?? { spec: { options: [] } };
      const known = [...spec.options, ...commonOptions].map((option) => `--${option.name}`);
      const shown = words.flatMap((word) => /--[a-z-]+/.exec(word) ?? []);
      for (const option of shown) expect(known, `${page}: claude-siem ${call}`).toContain(option);
    }
  });
});

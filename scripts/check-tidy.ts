// Style that no linter knows: file length, words that must not be committed, golden files in order.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const FILE_LINES_MAX = 400;

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const files = listed.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));

interface Ban {
  readonly pattern: RegExp;
  readonly where: RegExp;
  readonly why: string;
}

const code = /^(src|scripts|bench)\/.*\.(ts|mjs)$/;
const bans: readonly Ban[] = [
  { pattern: /\bas any\b|: any\b|<any>/, where: /\.ts$/, why: "use unknown and narrow it" },
  { pattern: /@ts-(ignore|expect-error)|biome-ignore/, where: code, why: "mend the cause" },
  { pattern: /\b(describe|it|test)\.(only|skip)\(/, where: /^test\//, why: "a test runs or goes" },
  { pattern: /\bTO(DO)\b|\bFIX(ME)\b/, where: code, why: "finish it or leave it out" },
  { pattern: /new Function\(|\beval\(/, where: /^src\//, why: "no code from strings at run time" },
  { pattern: /Math\.random\(/, where: /^src\//, why: "randomness is an argument" },
];
/** The checker names what it bans; the message about eval in SPL is about SPL. */
const exempt = new Set(["scripts/check-tidy.ts"]);
const generated = /^src\/generated\//;

const problems: string[] = [];
for (const path of files) {
  if (!/\.(ts|mjs)$/.test(path) || generated.test(path)) continue;
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  if (path.startsWith("src/") && lines.length > FILE_LINES_MAX) {
    problems.push(`${path}: ${lines.length} lines, at most ${FILE_LINES_MAX}`);
  }
  if (exempt.has(path)) continue;
  lines.forEach((line, index) => {
    for (const { pattern, where, why } of bans) {
      if (where.test(path) && pattern.test(line))
        problems.push(`${path}:${index + 1}: ${why}: ${line.trim()}`);
    }
  });
}

for (const path of files) {
  const name = path.split("/").at(-1) ?? "";
  if (/^(utils?|helpers?|common|misc)\.ts$/.test(name))
    problems.push(`${path}: name the file after what it holds`);
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);
process.stdout.write(`${files.length} files: tidy\n`);

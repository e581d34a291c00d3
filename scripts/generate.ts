// Writes what is made from schemas, mappings, rules and tables of settings: src/generated, the JSON
// Schema and the reference page of claude-siem.yaml, and the tables of the README.
// With --check it writes nothing and fails on drift.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateActivities } from "./generate/activity.ts";
import { generateAdapters } from "./generate/adapter.ts";
import { generateConfig } from "./generate/config.ts";
import { generateEvent } from "./generate/event.ts";
import { generateFillRate } from "./generate/fill-rate.ts";
import { generateMappings } from "./generate/mapping.ts";
import { generatePage } from "./generate/page.ts";
import { generateReadme } from "./generate/readme.ts";
import { generateSignaturePage, generateSignatures } from "./generate/signature.ts";

const root = join(import.meta.dirname, "..");
const folder = "src/generated";

const code = {
  ...generateEvent(),
  ...generateMappings(),
  ...generateActivities(),
  ...generateAdapters(),
  ...generateSignatures(),
  ...(await generatePage()),
};
const inFolder = Object.entries(code).map(([name, text]) => [`${folder}/${name}`, text] as const);
const wanted = new Map<string, string>([
  ...inFolder,
  ...Object.entries(generateConfig()),
  ...Object.entries(generateSignaturePage()),
  ["README.md", generateReadme()],
  ...Object.entries(await generateFillRate()),
]);

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

for (const path of wanted.keys()) mkdirSync(dirname(join(root, path)), { recursive: true });
const stale = [...wanted.keys()].filter((path) => current(path) !== wanted.get(path));
const orphans = readdirSync(join(root, folder))
  .map((name) => `${folder}/${name}`)
  .filter((path) => !wanted.has(path));

if (process.argv.includes("--check")) {
  for (const path of stale) process.stderr.write(`${path} is out of date\n`);
  for (const path of orphans) process.stderr.write(`${path} has no generator\n`);
  if (stale.length + orphans.length > 0) {
    process.stderr.write("Run `npm run generate` and commit the result.\n");
    process.exit(1);
  }
  process.stdout.write(`${wanted.size} generated files are up to date\n`);
} else {
  for (const path of stale) writeFileSync(join(root, path), wanted.get(path) ?? "");
  for (const path of orphans) rmSync(join(root, path));
  process.stdout.write(`${stale.length} of ${wanted.size} generated files changed\n`);
}

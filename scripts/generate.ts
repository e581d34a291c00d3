// Writes src/generated from the schemas and mappings. With --check it writes nothing and fails on drift.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { generateEvent } from "./generate/event.ts";
import { generateMappings } from "./generate/mapping.ts";

const folder = new URL("../src/generated/", import.meta.url);
const wanted: Record<string, string> = { ...generateEvent(), ...generateMappings() };

function current(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, folder), "utf8");
  } catch {
    return undefined;
  }
}

function orphans(): readonly string[] {
  return readdirSync(folder).filter((name) => wanted[name] === undefined);
}

mkdirSync(folder, { recursive: true });
const stale = Object.keys(wanted).filter((name) => current(name) !== wanted[name]);
if (process.argv.includes("--check")) {
  for (const name of stale) process.stderr.write(`src/generated/${name} is out of date\n`);
  for (const name of orphans()) process.stderr.write(`src/generated/${name} has no generator\n`);
  if (stale.length > 0 || orphans().length > 0) {
    process.stderr.write("Run `npm run generate` and commit the result.\n");
    process.exit(1);
  }
} else {
  for (const name of stale) writeFileSync(new URL(name, folder), wanted[name] ?? "");
  for (const name of orphans()) rmSync(new URL(name, folder));
  process.stdout.write(
    `${stale.length} of ${Object.keys(wanted).length} generated files changed\n`,
  );
}

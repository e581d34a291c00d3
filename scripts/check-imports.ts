// Imports point one way. This table is the architecture; a folder may import what is listed, and itself.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

const base = ["diagnostic", "yaml", "event", "generated"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  diagnostic: [],
  generated: ["event", "mapping", "signature"],
  yaml: ["diagnostic"],
  config: ["diagnostic", "yaml"],
  event: ["diagnostic", "yaml", "generated"],
  framework: [],
  enrich: [...base],
  policy: [...base],
  mapping: [...base],
  rule: [...base, "enrich", "policy", "mapping", "framework"],
  dialect: [...base, "mapping", "rule"],
  pack: [...base, "mapping", "rule", "dialect", "dashboard", "framework"],
  dashboard: [...base, "mapping", "rule", "dialect"],
  engine: [...base, "mapping", "rule", "dialect", "dashboard"],
  journal: [...base],
  delivery: [...base, "config", "enrich", "journal", "mapping", "policy"],
  sink: [...base, "config", "journal", "mapping", "pack", "policy", "delivery"],
  source: [...base, "config", "delivery"],
  connector: [
    ...[...base, "config", "dashboard", "delivery", "dialect", "engine", "enrich"],
    ...["journal", "mapping"],
    ...["pack", "policy", "rule", "session", "sink", "source"],
  ],
  signature: [...base, "framework"],
  session: [...base],
  adapter: [...base, "config", "delivery", "journal", "connector"],
  "audit-log": [...base, "config", "delivery", "journal", "connector"],
  sample: ["event", "generated"],
  retention: [...base, "mapping"],
  evidence: [...base, "journal"],
};
/** These may see everything. */
const open = new Set(["cli", "index.ts"]);

/** Folders that may touch the machine: files, network, processes. */
const ioFolders = new Set(["journal", "sink", "source", "engine", "evidence", "connector", "cli"]);
const ioModules =
  /^node:(fs|fs\/promises|net|http|https|child_process|dgram|tls|os|worker_threads)$/;
/** `isIP` is a pure function that happens to live in node:net. */
const pureUses = new Set(["src/event/format.ts node:net"]);

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function importsOf(text: string): readonly string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const problems: string[] = [];
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/${name.replaceAll("\\", "/")}`);

for (const path of files) {
  const room = roomOf(path);
  for (const specifier of importsOf(readFileSync(join(root, path), "utf8"))) {
    if (
      ioModules.test(specifier) &&
      !ioFolders.has(room) &&
      !pureUses.has(`${path} ${specifier}`)
    ) {
      problems.push(`${path}: imports ${specifier}, but ${room} must not do I/O`);
    }
    if (!specifier.startsWith(".") || open.has(room)) continue;
    const target = relative(root, join(root, dirname(path), specifier)).replaceAll("\\", "/");
    const targetRoom = roomOf(target);
    if (targetRoom === room) continue;
    if (allowed[room] === undefined)
      problems.push(`${path}: the folder ${room} is not in the import table`);
    else if (!allowed[room].includes(targetRoom)) {
      problems.push(`${path}: ${room} must not import ${targetRoom} (${specifier})`);
    }
  }
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);
process.stdout.write(`${files.length} files: imports point one way\n`);

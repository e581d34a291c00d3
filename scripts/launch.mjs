// Runs a task of this checkout on the Node version the project pins, installing first when needed.
//
// This one file must run on any Node >= 20: it is what `npm start` and `npm test` execute on a
// machine that has nothing but Node and npm. Everything it starts runs on the pinned Node from
// node_modules. Installation talks on stderr only, so that a command's stdout stays its own.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const node = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const tool = (name) => join(modules, name);
const biome = tool("@biomejs/biome/bin/biome");
const tsc = tool("typescript/bin/tsc");
const vitest = tool("vitest/vitest.mjs");

/** Each task is a list of commands (arguments of the pinned Node), run in order until one fails. */
const tasks = {
  // A small young generation keeps a long stream of short-lived events from spreading over memory.
  cli: (args) => [["--max-semi-space-size=8", "src/cli/main.ts", ...args]],
  test: (args) => [[vitest, "run", ...args]],
  "test:engines": (args) => [["scripts/test-engines.ts", ...args]],
  bench: (args) => [["--expose-gc", "bench/main.ts", ...args]],
  soak: (args) => [["scripts/soak.ts", ...args]],
  screenshots: (args) => [["scripts/screenshots.ts", ...args]],
  generate: (args) => [
    ["scripts/generate.ts", ...args],
    [biome, "format", "--write", "src/generated"],
  ],
  format: () => [[biome, "check", "--write", "."]],
  build: () => [["scripts/build.ts"]],
  check: () => [
    [biome, "check", "."],
    [tsc, "-p", "tsconfig.json"],
    ["scripts/check-tidy.ts"],
    ["scripts/check-imports.ts"],
    ["scripts/generate.ts", "--check"],
    ["src/cli/main.ts", "check"],
  ],
};

/** The lock file's hash, remembered after an installation that completed: equal means up to date. */
function installOnce() {
  const stamp = join(modules, ".installed-lock-sha256");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const current = existsSync(stamp) && readFileSync(stamp, "utf8") === lock && existsSync(node);
  if (current) return;
  process.stderr.write("Installing dependencies once (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    process.stderr.write(
      "The installation failed. It needs the package index once; afterwards everything works offline.\n" +
        "Run `npm ci` in this folder to see why, then start again.\n",
    );
    process.exit(3);
  }
  writeFileSync(stamp, lock);
}

function main([name, ...args]) {
  const task = tasks[name];
  if (task === undefined) {
    process.stderr.write(`Unknown task "${name}". Tasks: ${Object.keys(tasks).join(", ")}.\n`);
    process.exit(2);
  }
  installOnce();
  const env = {
    // Sources run as they are; what was compiled once need not be compiled at every start.
    NODE_COMPILE_CACHE: join(modules, ".compile-cache"),
    ...process.env,
    PATH: join(modules, ".bin") + delimiter + process.env.PATH,
  };
  // A user's paths are relative to where they stand; the project's own tools work on the checkout.
  const cwd = name === "cli" ? process.cwd() : root;
  for (const command of task(args)) {
    // The user stands somewhere else, so the command's own file needs its full path.
    const argv = command.map((word) => (word === "src/cli/main.ts" ? join(root, word) : word));
    const done = spawnSync(node, argv, { cwd, stdio: "inherit", env });
    if (done.error) throw done.error;
    if (done.status !== 0) process.exit(done.status ?? 128);
  }
}

main(process.argv.slice(2));

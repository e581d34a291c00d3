// Runs the tests against real engines: brings what can be had here into a cache folder, says what cannot
// be had and why, and runs the tests of the rest.
//
//   npm run test:engines                      all that can be had
//   CLAUDE_SIEM_CACHE=DIR npm run test:engines   keeps downloads and builds in DIR
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const cache = process.env["CLAUDE_SIEM_CACHE"] ?? join(homedir(), ".cache", "claude-siem");

interface Engine {
  readonly name: string;
  readonly variable: string;
  readonly script: string;
}

const engines: readonly Engine[] = [
  { name: "OpenSearch", variable: "CLAUDE_SIEM_OPENSEARCH", script: "opensearch.sh" },
  { name: "OpenTelemetry Collector", variable: "CLAUDE_SIEM_OTELCOL", script: "otelcol.sh" },
  { name: "Kafka", variable: "CLAUDE_SIEM_KAFKA_LIB", script: "kafka.sh" },
];

const environment: Record<string, string | undefined> = { ...process.env };

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Go is often installed where no PATH leads. */
function findGo(): void {
  const usual = "/usr/local/go/bin";
  if (existsSync(join(usual, "go"))) environment["PATH"] = `${environment["PATH"] ?? ""}:${usual}`;
}

/** A Java of version 21 or newer beside an older one on the PATH. */
function findJava(): void {
  if (environment["CLAUDE_SIEM_JAVA"] !== undefined || !existsSync("/usr/lib/jvm")) return;
  const newest = readdirSync("/usr/lib/jvm")
    .map((name) => ({ name, version: Number(/(?:jdk|java|temurin)-([0-9]+)/.exec(name)?.[1]) }))
    .filter(({ name, version }) => version >= 21 && existsSync(`/usr/lib/jvm/${name}/bin/java`))
    .sort((a, b) => b.version - a.version)[0];
  if (newest !== undefined)
    environment["CLAUDE_SIEM_JAVA"] = `/usr/lib/jvm/${newest.name}/bin/java`;
}

function bring({ name, variable, script }: Engine): void {
  if (environment[variable] !== undefined) {
    say(`${name}: ${variable} is set`);
    return;
  }
  const begun = Date.now();
  const done = spawnSync("sh", [join(root, "scripts", "engines", script), cache], {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (done.status === 0) {
    environment[variable] = done.stdout.trim();
    say(`${name}: ready after ${Math.round((Date.now() - begun) / 1000)} s`);
  } else
    say(`${name}: not to be had here, its tests are skipped: ${done.stderr.trim().slice(-400)}`);
}

findGo();
findJava();
for (const engine of engines) bring(engine);
if (spawnSync("sh", ["-c", "command -v rsyslogd || test -x /usr/sbin/rsyslogd"]).status === 0)
  say("rsyslog: installed");
else say("rsyslog: not installed (Debian: rsyslog rsyslog-openssl), its tests are skipped");

const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const tests = spawnSync(
  process.execPath,
  [vitest, "run", "--config", "vitest.engines.config.ts", ...process.argv.slice(2)],
  { cwd: root, env: environment, stdio: "inherit" },
);
process.exit(tests.status ?? 128);

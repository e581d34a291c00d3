/** sigma-cli and pySigma, where a Python with them is at hand. */
import { spawnSync } from "node:child_process";

const python = process.env["CLAUDE_SIEM_PYTHON"] ?? "python3";

/** Whether pySigma with the backends for Splunk, Elasticsearch and Kusto is installed. */
export const hasSigma: boolean =
  spawnSync(python, [
    "-c",
    "import sigma.cli.main, sigma.backends.splunk, sigma.backends.elasticsearch, sigma.backends.kusto",
  ]).status === 0;

/** Said where the tests are left out, so that nobody takes them for passed. */
export const note: string = "skipped: no pySigma (CLAUDE_SIEM_PYTHON names a Python that has it)";

function run(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(python, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}

/** What `sigma check` prints; throws where it finds an error or an issue. */
export function sigmaCheck(pack: string, paths: readonly string[]): string {
  const main = "from sigma.cli.main import main; main()";
  const flags = ["--fail-on-error", "--fail-on-issues", "--validation-config", "validators.yml"];
  return run(["-c", main, "check", ...flags, ...paths], pack);
}

export type Conversion = string | { readonly refused: string };

/** Files of a pack as queries of a backend, or why it refuses them. */
export function convert(
  target: string,
  pack: string,
  pipelines: readonly string[],
  files: readonly string[],
): Readonly<Record<string, Conversion>> {
  const script = `${import.meta.dirname}/convert.py`;
  return JSON.parse(run([script, target, pack, pipelines.join(","), ...files], pack)) as Readonly<
    Record<string, Conversion>
  >;
}

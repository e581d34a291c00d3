/** `claude-siem build`: the packs and their manifest. */
import { isError } from "../diagnostic/diagnostic.ts";
import { loadDashboards } from "../engine/dashboard-set.ts";
import { type Artifact, type BuildTarget, buildTargets, REPORT } from "../pack/artifact.ts";
import { buildPack } from "../pack/build-pack.ts";
import { fidelityRows } from "../pack/fidelity-table.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import { installArtifacts } from "./build-output.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { contentOption, loadSiteRules } from "./site.ts";
import type { Tint } from "./terminal/style.ts";
import { counted, renderTable } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "build",
  summary: "compile the rules and panels to packs for SIEMs",
  description:
    "Compiles every rule, and the query of every panel of the dashboards, for the targets and writes the files with a manifest.json that says, for each and every target, how faithful the result is. Two builds of the same content are byte-identical. A build that fails leaves the output folder as it was.",
  positionals: [],
  options: [
    {
      name: "target",
      value: "TARGET",
      choices: [...buildTargets, "all"],
      multiple: true,
      description: "May be repeated. Default: all.",
    },
    {
      name: "context",
      value: "MODE",
      choices: ["stamped", "native"],
      description:
        "Where clearance and business hours come from: stamped on events at ingest, or looked up in the product's own table. Default: stamped.",
    },
    contentOption,
    { name: "out", value: "DIR", description: "Output folder. Default: out." },
  ],
  examples: [
    "claude-siem build --out packs",
    "claude-siem build --target sentinel --target sigma --out packs",
  ],
};

const LEVEL_TINTS: Readonly<Record<string, Tint>> = {
  exact: "green",
  degraded: "yellow",
  refused: "red",
};

/** The rule × target table for a terminal. */
export function renderVerdicts(
  artifacts: readonly Artifact[],
  targets: readonly BuildTarget[],
  colour: boolean,
): string {
  const tint = (cell: string): Tint | undefined => LEVEL_TINTS[cell];
  const columns = [{ title: "rule" }, ...targets.map((title) => ({ title, tint }))];
  const rows = fidelityRows(artifacts, targets).map(({ rule, verdicts }) => {
    return [rule, ...verdicts.map(({ level }) => level)];
  });
  return renderTable(columns, rows, colour);
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const site = await loadSiteRules(args, context);
  const asked = args.texts("target");
  const all = asked.length === 0 || asked.includes("all");
  const targets = buildTargets.filter((target) => all || asked.includes(target));
  const out = args.text("out") ?? "out";
  const mode = args.text("context") === "native" ? "native" : "stamped";
  const { dashboards, diagnostics } = loadDashboards(context.root);
  if (diagnostics.some(isError)) throw new CommandFailure(diagnostics, 2);
  const artifacts = buildPack(site.rules, targets, { context: mode }, dashboards);
  await installArtifacts(out, [...targets, REPORT], artifacts, context.version, site.content);
  if (context.quiet) return EXIT.ok;
  const files = artifacts.filter(({ body }) => body !== undefined).length;
  const table = renderVerdicts(artifacts, targets, context.colour.stdout);
  const reasons = [
    ...new Set(
      artifacts.flatMap(({ fidelity }) =>
        fidelity.level === "exact" ? [] : [`  ${fidelity.level}: ${fidelity.reason}.`],
      ),
    ),
  ];
  const notes = reasons.length === 0 ? "" : `\n${reasons.join("\n")}\n`;
  await write(
    context.stdout,
    `${table}${notes}\n${counted(files, "file")} and manifest.json written to ${out}.\n`,
  );
  return EXIT.ok;
}

export const build: Command = { spec, run };

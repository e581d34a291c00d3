/** `claude-siem build`: the packs and their manifest. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isError } from "../diagnostic/diagnostic.ts";
import { type Artifact, type BuildTarget, buildTargets, renderManifest } from "../pack/artifact.ts";
import { buildPack } from "../pack/build-pack.ts";
import { fidelityRows } from "../pack/fidelity-table.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { loadRules } from "./content.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, writing } from "./failure.ts";
import type { Tint } from "./terminal/style.ts";
import { counted, renderTable } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "build",
  summary: "compile the rules to packs for SIEMs",
  description:
    "Compiles every rule for the targets and writes the files with a manifest.json that says, for every rule and target, how faithful the result is. Two builds of the same content are byte-identical.",
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
    { name: "out", value: "DIR", description: "Output folder. Default: out." },
  ],
  examples: [
    "claude-siem build --out packs",
    "claude-siem build --target sentinel --target sigma --out packs",
  ],
};

/** Writes every file beside its place first, so that a reader never sees half of one. */
export async function writeArtifacts(
  out: string,
  artifacts: readonly Artifact[],
  version: string,
): Promise<void> {
  const files = artifacts.flatMap(({ path, body }) => (body === undefined ? [] : [{ path, body }]));
  files.push({ path: "manifest.json", body: renderManifest(artifacts, version) });
  for (const { path, body } of files) {
    const place = join(out, path);
    await writing(place, async () => {
      await mkdir(dirname(place), { recursive: true });
      await writeFile(`${place}.tmp`, body);
      await rename(`${place}.tmp`, place);
    });
  }
}

/** Folders of targets are rewritten whole: a file of a rule that is gone must not survive. */
async function clear(out: string, targets: readonly BuildTarget[]): Promise<void> {
  for (const target of targets) await rm(join(out, target), { recursive: true, force: true });
}

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
  const loaded = loadRules(context.root);
  if (loaded.diagnostics.some(isError)) throw new CommandFailure(loaded.diagnostics, 2);
  const asked = args.texts("target");
  const all = asked.length === 0 || asked.includes("all");
  const targets = buildTargets.filter((target) => all || asked.includes(target));
  const out = args.text("out") ?? "out";
  const mode = args.text("context") === "native" ? "native" : "stamped";
  const artifacts = buildPack(loaded.rules, targets, { context: mode });
  await writing(out, () => clear(out, targets));
  await writeArtifacts(out, artifacts, context.version);
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

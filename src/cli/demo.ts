/** `claude-siem demo`: the whole job on a generated company log, on this machine alone. */
import { join, relative } from "node:path";
import { quoteWord } from "../dashboard/html/behind.ts";
import { isError } from "../diagnostic/diagnostic.ts";
import { DEFAULT_OPTIONS } from "../dialect/compiled.ts";
import { loadDashboards } from "../engine/dashboard-set.ts";
import { loadRules } from "../engine/rule-set.ts";
import type { Store } from "../engine/store.ts";
import { parseDate } from "../event/time.ts";
import { verifyJournal } from "../journal/read.ts";
import type { ScanResult } from "../journal/scan.ts";
import { buildTargets, REPORT } from "../pack/artifact.ts";
import { buildPack } from "../pack/build-pack.ts";
import { DAY_MS } from "../rule/detection.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import { renderVerdicts } from "./build.ts";
import { installArtifacts } from "./build-output.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { ingest } from "./demo/ingest.ts";
import { type Comparison, compareWithPlanted, judge } from "./demo/judge.ts";
import {
  renderAlertsFound,
  renderNextSteps,
  renderNormalized,
  renderSources,
} from "./demo/report.ts";
import { demoSample, prepareWorkspace, type Workspace } from "./demo/workspace.ts";
import { openStore } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, writing } from "./failure.ts";
import { writePages } from "./preview/write-pages.ts";
import { startProgress } from "./terminal/progress.ts";
import { paint } from "./terminal/style.ts";
import { count, counted } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "demo",
  summary: "the whole job on a sample log: journal, alerts, dashboards, packs",
  description:
    "Generates 45 days of a fictional company of 200 people with planted incidents, adds telemetry that a real Claude Code client sent, and does the whole job with it: validate, enrich, remove identity and content, chain in a journal, map for three SIEMs, run the rules and the dashboards on the embedded engine, build the packs. Ends by itself; everything stays in the output folder.",
  positionals: [],
  options: [
    {
      name: "out",
      value: "DIR",
      description: "Output folder; what an earlier demo left there is replaced. Default: demo.",
    },
  ],
  examples: ["claude-siem demo", "claude-siem demo --out /tmp/claude-siem-demo"],
};

async function heading(context: Context, number: number, title: string): Promise<void> {
  await write(context.stdout, `\n${paint(context.colour.stdout, "bold", `${number}  ${title}`)}\n`);
}

async function verify(workspace: Workspace, context: Context): Promise<ScanResult> {
  const result = await verifyJournal(workspace.journalFolder);
  if (result.problem && isError(result.problem)) throw new CommandFailure([result.problem], 4);
  const { redacted, pseudonymised } = workspace.policy.counts();
  const removed = Object.values(redacted).reduce((sum, value) => sum + value, 0);
  await write(
    context.stdout,
    `  ${paint(context.colour.stdout, "green", "The chain holds")}: ${counted(result.records, "record")} in ${counted(result.segments, "segment")}, head ${result.headHash.slice(0, 16)}…\n` +
      `  Before that, policy replaced ${counted(pseudonymised, "user id")} by pseudonyms and removed ${counted(removed, "secret or piece of content", "secrets and pieces of content")}.\n`,
  );
  return result;
}

/** The pages end with the sample company's last day: the real telemetry beside it is from another time. */
async function showDashboards(workspace: Workspace, store: Store, context: Context): Promise<void> {
  const lastMs = (parseDate(demoSample.endsOn) ?? 0) * DAY_MS;
  const dashboards = loadDashboards(context.root).dashboards.map(({ dashboard }) => dashboard);
  const folder = join(workspace.folder, "dashboards");
  const command = `claude-siem journal cat ${quoteWord(workspace.journalFolder)}`;
  const written = await writePages(
    store,
    { dashboards, subject: new Map(), folder, lastMs, source: "log.ndjson", command },
    context,
  );
  await heading(context, 5, "Show: dashboards for people without a SIEM");
  const paths = typeof written === "object" ? written.paths : [];
  const list = paths.map((path) => `  Open ${path} in a browser.\n`).join("");
  await write(context.stdout, list);
}

async function detectAll(
  workspace: Workspace,
  events: number,
  context: Context,
): Promise<Comparison> {
  const { rules } = loadRules(context.root);
  const store = await openStore();
  const progress = startProgress({
    stream: context.stderr,
    enabled: context.progress,
    now: context.now,
    label: "Normalizing and loading",
    unit: "events",
    total: events,
  });
  try {
    const { alerts, normalized } = await judge(
      workspace,
      store,
      rules.map(({ rule }) => rule),
      (done) => progress.update(done, done),
    );
    progress.finish();
    await heading(context, 3, "Normalize: every event for three SIEMs");
    await write(context.stdout, renderNormalized(normalized, context.colour.stdout));
    await heading(context, 4, `Detect: ${rules.length} rules on the embedded engine`);
    const comparison = compareWithPlanted(alerts);
    await write(
      context.stdout,
      renderAlertsFound(
        comparison,
        rules.map(({ rule }) => rule),
        context.colour.stdout,
      ),
    );
    await showDashboards(workspace, store, context);
    return comparison;
  } finally {
    progress.finish();
    await store.close();
  }
}

async function buildAll(folder: string, context: Context): Promise<void> {
  const { rules } = loadRules(context.root);
  const artifacts = buildPack(
    rules,
    buildTargets,
    DEFAULT_OPTIONS,
    loadDashboards(context.root).dashboards,
  );
  const folders = [...buildTargets, REPORT];
  await installArtifacts(join(folder, "packs"), folders, artifacts, context.version);
  await heading(context, 6, "Build: the same rules as content for SIEMs");
  await write(context.stdout, renderVerdicts(artifacts, buildTargets, context.colour.stdout));
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const folder = args.text("out") ?? "demo";
  const started = context.now();
  const { colour } = context;
  await write(
    context.stdout,
    `${paint(colour.stdout, "bold", `claude-siem ${context.version}`)}  a company of 200 people, 45 days, all on this machine\n`,
  );
  const workspace = await writing(folder, () => prepareWorkspace(folder, context));

  await heading(context, 1, "Ingest: validate, enrich, remove identity and content");
  const sources = await ingest(workspace, context);
  await write(context.stdout, renderSources(sources, colour.stdout));

  await heading(context, 2, "Journal: one hash chain, acknowledged after fsync");
  const { events } = await verify(workspace, context);
  const comparison = await detectAll(workspace, events, context);
  await buildAll(folder, context);

  const seconds = ((context.now() - started) / 1000).toFixed(1);
  const memory = count(Math.round(process.resourceUsage().maxRSS / 1024));
  await write(
    context.stdout,
    `\nDone in ${seconds} s, at most ${memory} MB. Everything is in ${relative(process.cwd(), folder) || "."}/.\n`,
  );
  await write(context.stdout, renderNextSteps(folder, colour.stdout));
  return comparison.missed.length + comparison.disturbed.length > 0 ? EXIT.findings : EXIT.ok;
}

export const demo: Command = { spec, run };

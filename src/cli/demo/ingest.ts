/** The demo's sources into the journal. */
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readLines } from "../../source/lines.ts";
import { withPseudonym } from "../../source/otlp/claude-code.ts";
import { OtlpFile } from "../../source/otlp/file.ts";
import type { Context } from "../context.ts";
import { EventReader } from "../read-events.ts";
import type { Workspace } from "./workspace.ts";

export interface IngestedSource {
  readonly name: string;
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Accepted with a warning: something was repaired or is unusual. */
  readonly marked: number;
}

async function ingestLog(workspace: Workspace, context: Context): Promise<IngestedSource> {
  const reader = new EventReader(
    {
      path: workspace.log,
      span: { file: workspace.log, line: 1, column: 1, length: 1 },
      rejectsPath: join(workspace.folder, "rejects.ndjson"),
      strict: false,
      shownMax: 0,
      label: "Ingesting",
    },
    context,
  );
  // One batch is on its way to the disk while the next one is parsed.
  let durable: Promise<unknown> = Promise.resolve();
  for await (const batch of reader.batches()) {
    await durable;
    durable = workspace.intake.accept(batch.map(({ event }) => event));
  }
  await durable;
  const { accepted, rejected, findings } = reader.tally;
  const marked = [...findings.values()]
    .filter(({ first }) => first.severity === "warning")
    .reduce((sum, { count }) => sum + count, 0);
  return {
    name: "sample company, 45 days",
    records: accepted + rejected,
    accepted,
    rejected,
    marked,
  };
}

/** Telemetry as the real Claude Code client sent it; part of a checkout, not of the npm package. */
async function ingestTelemetry(
  workspace: Workspace,
  context: Context,
): Promise<IngestedSource | undefined> {
  const folder = join(context.root, "test", "fixtures", "otlp");
  if (!existsSync(folder)) return undefined;
  let records = 0;
  let rejected = 0;
  let accepted = 0;
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  for (const name of files) {
    const source = new OtlpFile(name);
    for await (const lines of readLines(createReadStream(join(folder, name)), { file: name })) {
      for (const line of lines) {
        const { events, diagnostics } = source.read(line);
        rejected += diagnostics.length;
        accepted += events.length;
        await workspace.intake.accept(
          events.map((one) => withPseudonym(one, workspace.pseudonymiser.userIdHash)),
        );
      }
    }
    records += source.tally.records;
  }
  return {
    name: `Claude Code telemetry, ${files.length} real sessions`,
    records,
    accepted,
    rejected,
    marked: 0,
  };
}

/** Reads all sources; every event is durable when this returns. */
export async function ingest(
  workspace: Workspace,
  context: Context,
): Promise<readonly IngestedSource[]> {
  const sources = [await ingestLog(workspace, context), await ingestTelemetry(workspace, context)];
  await workspace.journal.close();
  return sources.filter((source) => source !== undefined);
}

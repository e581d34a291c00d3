/** The Splunk pack: the app as a folder to read and as the archive that Splunk installs. */
import type { CompileOptions } from "../../dialect/compiled.ts";
import type { Artifact, ArtifactKind } from "../artifact.ts";
import {
  type CompiledRule,
  isKept,
  JSON_TYPE,
  leastFaithful,
  PLAIN,
  queryFile,
  ruleArtifacts,
} from "../compiled-rule.ts";
import type { SourcedDashboard } from "../dashboard/pack.ts";
import { studioEntry, studioView, viewName } from "../dashboard/studio.ts";
import { APP_ID, appFiles } from "./app.ts";
import { archive } from "./tar.ts";

/**
 * Version of the app. It follows the content, not this program: Splunk takes an app for newer by it.
 * The sum of the versions of rules and dashboards grows whenever one of them does.
 */
function appVersion(versions: readonly string[]): string {
  const sums = [0, 0, 0];
  for (const version of versions)
    version.split(".").forEach((part, index) => {
      sums[index] = (sums[index] ?? 0) + Number(part);
    });
  return sums.join(".");
}

const XML = "application/xml";

const kinds: Readonly<Record<string, ArtifactKind>> = {
  "macros.conf": "macros",
  "savedsearches.conf": "saved_searches",
};

export function packSplunk(
  rules: readonly CompiledRule[],
  { context }: CompileOptions,
  dashboards: readonly SourcedDashboard[] = [],
): readonly Artifact[] {
  const own = rules.flatMap((one) =>
    ruleArtifacts(one, "splunk", [queryFile(one, "splunk", "spl")]),
  );
  const kept = rules.filter(isKept);
  if (kept.length === 0 && dashboards.length === 0) return own;
  const versions = [...kept.map(({ rule }) => rule), ...dashboards.map((one) => one.dashboard)];
  const version = appVersion(versions.map((one) => one.version));
  const names = dashboards.map(({ dashboard }) => viewName(dashboard.name));
  const views = dashboards.map((one) => ({ one, file: studioView(one, APP_ID) }));
  const files = [...appFiles(kept, version, context, names), ...views.map(({ file }) => file)];
  const fidelity = leastFaithful(kept);
  const shared = { target: "splunk", source: "rules", fidelity } as const;
  const readable = files.map(({ path, body }): Artifact => {
    const view = views.find(({ file }) => file.path === path);
    if (view !== undefined)
      return { ...studioEntry(view.one), path: `splunk/${path}`, mediaType: XML, body };
    const name = path.split("/").at(-1) ?? "";
    const mediaType = name === "app.manifest" ? JSON_TYPE : PLAIN;
    return {
      ...shared,
      path: `splunk/${path}`,
      mediaType,
      body,
      kind: kinds[name] ?? "splunk_file",
    };
  });
  const packed = archive(files);
  // Splunk installs both names; they are one archive.
  const archives = ["tar.gz", "spl"].map(
    (extension): Artifact => ({
      ...shared,
      path: `splunk/${APP_ID}.${extension}`,
      mediaType: "application/gzip",
      body: packed,
      kind: "splunk_app",
    }),
  );
  return [...own, ...readable, ...archives];
}

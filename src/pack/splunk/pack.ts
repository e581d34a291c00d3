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
import { APP_ID, appFiles } from "./app.ts";
import { archive } from "./tar.ts";

/**
 * Version of the app. It follows the content, not this program: Splunk takes an app for newer by it.
 * The sum of the rules' versions grows whenever one of them does.
 */
function appVersion(rules: readonly CompiledRule[]): string {
  const sums = [0, 0, 0];
  for (const { rule } of rules)
    rule.version.split(".").forEach((part, index) => {
      sums[index] = (sums[index] ?? 0) + Number(part);
    });
  return sums.join(".");
}

const kinds: Readonly<Record<string, ArtifactKind>> = {
  "macros.conf": "macros",
  "savedsearches.conf": "saved_searches",
};

export function packSplunk(
  rules: readonly CompiledRule[],
  { context }: CompileOptions,
): readonly Artifact[] {
  const own = rules.flatMap((one) =>
    ruleArtifacts(one, "splunk", [queryFile(one, "splunk", "spl")]),
  );
  const kept = rules.filter(isKept);
  if (kept.length === 0) return own;
  const files = appFiles(kept, appVersion(kept), context);
  const fidelity = leastFaithful(kept);
  const shared = { target: "splunk", source: "rules", fidelity } as const;
  const readable = files.map(({ path, body }): Artifact => {
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

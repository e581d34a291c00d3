// The README's tables that come from content: kept between markers, so that they cannot go stale.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildTargets } from "../../src/pack/artifact.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { renderFidelityTable } from "../../src/pack/fidelity-table.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";

const root = join(import.meta.dirname, "..", "..");

function loadRules(): Parameters<typeof buildPack>[0] {
  return readdirSync(join(root, "rules")).map((name) => {
    const source = `rules/${name}/rule.yaml`;
    const parsed = parseRule(readFileSync(join(root, source), "utf8"), source);
    if (!parsed.ok) throw new Error(`${source} is broken; run the check command`);
    return { rule: parsed.value, source };
  });
}

/** The README with its generated sections renewed. */
export function generateReadme(): string {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const table = renderFidelityTable(buildPack(loadRules(), buildTargets), buildTargets);
  const section = /(<!-- fidelity: generated -->\n)[\s\S]*?(<!-- \/fidelity -->)/;
  if (!section.test(text)) throw new Error("README.md has lost its fidelity markers");
  return text.replace(section, (_, open: string, close: string) => `${open}\n${table}\n${close}`);
}

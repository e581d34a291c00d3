/** The version of this package, wherever its files lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the package: rules, mappings and context lie below it. */
export const packageRoot: string = join(import.meta.dirname, "..", "..");

export function packageVersion(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

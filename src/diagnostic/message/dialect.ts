/** Messages about compilation and the embedded engine. Codes D8xx. */
import type { Definition } from "../diagnostic.ts";

export const engineMissing: Definition<{ reason: string }> = {
  code: "D811",
  name: "engine-missing",
  severity: "error",
  explanation:
    "The embedded engine is the optional package @duckdb/node-api. It has binaries for Linux, macOS and Windows on x64 and arm64; an installation with --omit=optional leaves it out.",
  wording: ({ reason }) => ({
    message: `The embedded engine cannot be loaded: ${reason}`,
    help: "Install it beside this package: npm install @duckdb/node-api. Other commands work without it.",
  }),
};

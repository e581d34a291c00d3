// From the script of pages and the drawing it shares with them: one text to stand in a page.
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..", "..");

async function bundle(entry: string): Promise<string> {
  const build = await rolldown({
    input: join(root, entry),
    cwd: root,
    platform: "browser",
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await build.generate({ format: "iife", minify: true });
  await build.close();
  const [chunk] = output;
  // The text stands in a script element, which this would end.
  if (output.length !== 1 || /<\/script|<!--/i.test(chunk.code))
    throw new Error(`${entry} does not bundle into one script`);
  return chunk.code.trim();
}

/** The generated modules by file name. */
export async function generatePage(): Promise<Readonly<Record<string, string>>> {
  const script = await bundle("src/dashboard/html/client/page.ts");
  return {
    "page-script.ts":
      "// Written by `npm run generate` from src/dashboard/html/client. Do not edit.\n\n" +
      "/** The script of pages, to stand in a script element. */\n" +
      `export const PAGE_SCRIPT: string =\n  ${JSON.stringify(script)};\n`,
  };
}

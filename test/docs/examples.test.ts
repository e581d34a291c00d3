/** The examples of docs/library.md: type-checked as they stand, run, and held to the output they show. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const PAGE = "docs/library.md";

/** What programs import by the package's name lies here before it is built. */
const entries: Readonly<Record<string, string>> = {
  "claude-siem": "src/index.ts",
  "claude-siem/pino": "src/adapter/pino.ts",
  "claude-siem/winston": "src/adapter/winston.ts",
  "claude-siem/opentelemetry": "src/adapter/opentelemetry.ts",
};

interface Example {
  readonly name: string;
  readonly text: string;
  /** Lines that it says it prints, as `// → text`. */
  readonly prints: readonly string[];
}

function examplesOf(page: string): readonly Example[] {
  const blocks = page.matchAll(/^```ts\n\/\/ runnable\n(.*?)^```/gms);
  return [...blocks].map(([block, text = ""], index) => {
    const line = page.slice(0, page.indexOf(block)).split("\n").length;
    const prints = [...text.matchAll(/\/\/ → (.*)$/gm)].map(([, shown = ""]) => shown);
    return { name: `example-${index + 1}-line-${line}`, text, prints };
  });
}

function mapped(text: string): string {
  return text.replace(/from "(claude-siem[^"]*)"/g, (_, name: string) => {
    const entry = entries[name];
    if (entry === undefined) throw new Error(`${name} is no entry of this package`);
    return `from ${JSON.stringify(resolve(entry))}`;
  });
}

const examples = examplesOf(readFileSync(PAGE, "utf8"));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-examples-"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const tsconfig = {
    extends: resolve("tsconfig.json"),
    // Programs that use the package are not held to the rules of its own source.
    compilerOptions: { isolatedDeclarations: false, declaration: false },
    include: ["*.ts", resolve("src/**/*.d.ts")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  for (const { name, text } of examples) writeFileSync(join(folder, `${name}.ts`), mapped(text));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the examples of docs/library.md", () => {
  it("are there, and each shows what it prints", () => {
    expect(examples.length).toBeGreaterThan(7);
    for (const { name, prints } of examples) expect(prints.length, name).toBeGreaterThan(0);
  });

  it("import nothing but public entries", () => {
    const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
      exports: Readonly<Record<string, unknown>>;
    };
    const names = Object.keys(entries).map((name) => name.replace("claude-siem", "."));
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(names));
  });

  it.concurrent("have the types they claim", async () => {
    const tsc = resolve("node_modules/typescript/bin/tsc");
    const done = await run(process.execPath, [tsc, "-p", folder], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(done.stdout).toBe("");
  }, 60_000);

  it.concurrent("print what they show", async () => {
    // One process for all: most of the time goes into loading the package.
    const imports = examples.map(({ name }) => `await import("./${name}.ts");`).join("\n");
    writeFileSync(join(folder, "all.js"), imports);
    const env = { ...process.env, CLAUDE_SIEM_KEY: randomBytes(32).toString("hex") };
    const { stdout } = await run(process.execPath, ["all.js"], { cwd: folder, env });
    expect(stdout.trimEnd().split("\n")).toEqual(examples.flatMap(({ prints }) => prints));
  }, 60_000);
});

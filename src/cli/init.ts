/** `claude-siem init`: a commented claude-siem.yaml to start from. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseConnectorConfig } from "../connector/config.ts";
import { kinds } from "../connector/registry.ts";
import { fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, tell, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, writing } from "./failure.ts";
import { type Answered, type Ask, askForMissing, type InitChoices } from "./init/ask.ts";
import { renderTemplate, type TemplateValues } from "./init/template.ts";

/** Name under which `run` finds its configuration in the working folder. */
export const CONFIG_FILE = "claude-siem.yaml";
const KEY_BYTES = 32;

const spec: CommandSpec = {
  name: "init",
  summary: "write a commented claude-siem.yaml",
  description:
    "Writes a configuration with every key of the chosen sources and sinks: what it is for, and its default commented out. On a terminal it asks for what flags do not give. Secrets are written as references to environment variables or files. A file that exists is left alone without --force, and the file of a key always.",
  positionals: [],
  options: [
    {
      name: "out",
      value: "FILE",
      description: `The file to write; - is stdout. Default: ${CONFIG_FILE}.`,
    },
    {
      name: "source",
      value: "KIND",
      multiple: true,
      choices: kinds.sources.map(({ kind }) => kind),
      description: "A source to set up; may be given more than once.",
    },
    {
      name: "sink",
      value: "KIND",
      multiple: true,
      choices: kinds.sinks.map(({ kind }) => kind),
      description: "A sink to set up; may be given more than once.",
    },
    { name: "deployment", value: "NAME", description: "Name stamped on events that carry none." },
    {
      name: "key-file",
      value: "FILE",
      description:
        "Keep the key of pseudonyms in this file, readable by its owner only. It is made when it is not there, and never replaced: another key makes other pseudonyms.",
    },
    { name: "force", description: "Replace the configuration when it exists." },
  ],
  examples: [
    "claude-siem init",
    "claude-siem init --source http --sink splunk --deployment production --key-file pseudonym.key",
    "claude-siem init --source file --sink elasticsearch --out - | less",
  ],
};

/** Questions on the terminal; absent where nobody could answer. Questions are no data: they go to stderr. */
function openTerminal(
  context: Context,
): { readonly ask: Ask; readonly close: () => void } | undefined {
  const isTerminal = "isTTY" in context.stdin && context.stdin.isTTY === true;
  if (!isTerminal || context.stderr.isTTY !== true || context.quiet) return undefined;
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  const ended = new AbortController();
  lines.once("close", () => ended.abort());
  return {
    ask: async (question) => {
      try {
        return await lines.question(question, { signal: ended.signal });
      } catch (cause) {
        if (ended.signal.aborted) return undefined;
        throw cause;
      }
    },
    close: () => lines.close(),
  };
}

function requireKinds(choices: InitChoices, args: Arguments): void {
  const missing = [
    ...(choices.sources.length === 0 ? ["--source"] : []),
    ...(choices.sinks.length === 0 ? ["--sink"] : []),
  ];
  if (missing.length === 0) return;
  const diagnostics = missing.map((option) =>
    report(commandMessage.missingOption, args.spanOf("init"), { option, placeholder: "KIND" }),
  );
  throw new CommandFailure(diagnostics, 2);
}

/** A path as it is written into a file in `folder`: what was given as absolute stays so. */
function pathFrom(folder: string, path: string): string {
  if (isAbsolute(path)) return path;
  return relative(folder, path).replaceAll("\\", "/") || ".";
}

function render(answered: Answered, folder: string, context: Context): string {
  const { deployment, keyFile } = answered;
  const root: TemplateValues = {
    ...(deployment !== undefined && { deployment: JSON.stringify(deployment) }),
    ...(keyFile !== undefined && {
      pseudonym: { key: `{file: ${JSON.stringify(pathFrom(folder, keyFile))}}` },
    }),
  };
  return renderTemplate(kinds, {
    schema: relative(folder, join(context.root, "schema", "claude-siem.schema.json")).replaceAll(
      "\\",
      "/",
    ),
    root,
    sources: answered.sourceItems,
    sinks: answered.sinkItems,
  });
}

/** Makes the key's file; one that is there is kept. Says what it did. */
async function writeKey(path: string, context: Context): Promise<string> {
  if (existsSync(path)) return `${path} was there and is kept.\n`;
  const key = `${Buffer.from(context.random(KEY_BYTES)).toString("hex")}\n`;
  await writing(path, () => writeFile(path, key, { flag: "wx", mode: 0o600 }));
  return `${path} holds a new key. Keep a copy of it where secrets are kept: without it no pseudonym can be made again.\n`;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const out = args.text("out") ?? CONFIG_FILE;
  const isReplaced = args.flag("force");
  if (out !== "-" && !isReplaced && existsSync(out))
    throw new CommandFailure([report(commandMessage.fileExists, fileSpan(out), { path: out })], 2);

  const given: InitChoices = {
    sources: args.texts("source"),
    sinks: args.texts("sink"),
    deployment: args.text("deployment"),
    keyFile: args.text("key-file"),
  };
  const terminal = openTerminal(context);
  const say = (text: string): Promise<void> => write(context.stderr, text);
  const answered = await askForMissing(kinds, given, terminal?.ask, say);
  terminal?.close();
  requireKinds(answered, args);

  const text = render(answered, out === "-" ? "." : dirname(out), context);
  const parsed = parseConnectorConfig(text, out, kinds);
  await tell(context, parsed.diagnostics, new Map([[out, text]]));
  if (!parsed.ok) return EXIT.usage;
  const keyNote = answered.keyFile === undefined ? "" : await writeKey(answered.keyFile, context);
  if (out === "-") {
    await write(context.stdout, text);
    return EXIT.ok;
  }
  await writing(out, () => writeFile(out, text, { flag: isReplaced ? "w" : "wx" }));
  if (!context.quiet) {
    const next = `${out} is written. Set what is marked as required, then run: claude-siem check ${out}\n`;
    await write(context.stdout, `${keyNote}${next}`);
  }
  return EXIT.ok;
}

export const init: Command = { spec, run };

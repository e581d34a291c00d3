/** `claude-siem hook`: records hooks of Claude Code, and puts itself into its settings. */
import { mkdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isError, report } from "../diagnostic/diagnostic.ts";
import * as hookMessage from "../diagnostic/message/hook.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, isSystemError, reading, writing } from "./failure.ts";
import { renderLineDiff } from "./hook/line-diff.ts";
import {
  defaultHooks,
  parseSettings,
  renderSettings,
  type Settings,
  withHooks,
  withoutHooks,
} from "./hook/settings.ts";
import { defaultSpool, SPOOL_PATTERN } from "./hook/spool.ts";

const actions = ["install", "uninstall"] as const;

const spec: CommandSpec = {
  name: "hook",
  summary: "record hooks of Claude Code; put them into its settings",
  description:
    "`hook` reads what Claude Code tells a hook, as JSON on standard input, and appends one audit event to a file of the spool folder, which a source of the kind file reads. It prints nothing and ends with 0 whatever happens, so that no tool is ever blocked; problems stand in hook-problems-*.log beside the events. Prompts, tool input and results are not kept. `hook install` puts it into Claude Code's settings and shows what changes; what else is there stays, and a second run changes nothing. `hook uninstall` takes it out again.",
  positionals: ["[install|uninstall]"],
  options: [
    {
      name: "settings",
      value: "FILE",
      description: "The settings to change. Default: those of --scope.",
    },
    {
      name: "scope",
      value: "SCOPE",
      choices: ["user", "project", "local"],
      description:
        "~/.claude/settings.json, .claude/settings.json or .claude/settings.local.json. Default: user.",
    },
    {
      name: "spool",
      value: "DIR",
      description: "Where events are written. Default: CLAUDE_SIEM_SPOOL, or ~/.claude-siem/spool.",
    },
    {
      name: "user",
      value: "ID",
      description: "Id of the user; its keyed hash is journaled. Default: the machine's account.",
    },
    {
      name: "department",
      value: "NAME",
      description: "Default: the department in OTEL_RESOURCE_ATTRIBUTES.",
    },
    {
      name: "classification",
      value: "CLASS",
      choices: ["public", "internal", "sensitive", "restricted"],
      description: "Classification of the data in reach.",
    },
    {
      name: "event",
      value: "NAME",
      multiple: true,
      description: `install: hooks to record, in place of ${defaultHooks.join(", ")}.`,
    },
    {
      name: "command",
      value: "TEXT",
      description: "install: what the settings run. Default: this program, by its full path.",
    },
    { name: "dry-run", description: "install, uninstall: show what would change, change nothing." },
  ],
  examples: [
    "claude-siem hook install",
    "claude-siem hook install --scope project --department research --dry-run",
    "claude-siem hook uninstall --settings ~/.claude/settings.json",
  ],
};

function settingsPath(args: Arguments): string {
  const named = args.text("settings");
  if (named !== undefined) return resolve(named);
  const scope = args.text("scope") ?? "user";
  if (scope === "user") return join(homedir(), ".claude", "settings.json");
  return resolve(".claude", scope === "local" ? "settings.local.json" : "settings.json");
}

/** The file behind links, and its text; a file that is not there is as good as an empty one. */
async function readSettings(
  path: string,
  args: Arguments,
): Promise<{ path: string; text: string }> {
  return reading(path, args.spanOf("settings"), async () => {
    try {
      const real = await realpath(path);
      return { path: real, text: await readFile(real, "utf8") };
    } catch (cause) {
      if (isSystemError(cause) && cause.code === "ENOENT") return { path, text: "" };
      throw cause;
    }
  });
}

/** Replaces the file whole or not at all: Claude Code may read it at any moment. */
async function replace(path: string, text: string): Promise<void> {
  await writing(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    );
    const beside = join(dirname(path), `.${basename(path)}.claude-siem`);
    await writeFile(beside, text, { mode });
    await rename(beside, path);
  });
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@-]+$/.test(word) ? word : `"${word.replace(/(["\\$\x60])/g, "\\$1")}"`;
}

/** The command of the settings: Node and the quick entry, with the options that hooks get. */
function commandOf(args: Arguments, context: Context): string {
  const entry = join(
    import.meta.dirname,
    "hook",
    `claude-siem-hook${extname(import.meta.filename)}`,
  );
  const start = args.text("command") ?? `${quoted(process.execPath)} ${quoted(entry)}`;
  const spool = resolve(args.text("spool") ?? defaultSpool(context.environment));
  const given = ["user", "department", "classification"].flatMap((name) => {
    const value = args.text(name);
    return value === undefined ? [] : [`--${name}`, quoted(value)];
  });
  return [start, "--spool", quoted(spool), ...given].join(" ");
}

async function tellNext(args: Arguments, context: Context): Promise<void> {
  const spool = resolve(args.text("spool") ?? defaultSpool(context.environment));
  await write(
    context.stderr,
    "\nSessions that start from now on are recorded. The connector reads them with this source:\n\n" +
      `  - name: claude-code-hooks\n    kind: file\n    paths: [${JSON.stringify(join(spool, SPOOL_PATTERN))}]\n`,
  );
}

async function changeSettings(
  action: (typeof actions)[number],
  args: Arguments,
  context: Context,
): Promise<ExitCode> {
  if (args.text("user")?.includes("@"))
    throw new CommandFailure([report(hookMessage.rawAddress, args.spanOf("user"), {})], 2);
  const { path, text } = await readSettings(settingsPath(args), args);
  const parsed = parseSettings(text, path);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics.filter(isError), 2);
  const settings: Settings = parsed.value;
  const events = args.texts("event");
  const names = events.length > 0 ? events : defaultHooks;
  const value =
    action === "install"
      ? withHooks(settings.value, commandOf(args, context), names)
      : withoutHooks(settings.value);
  const changed = renderSettings(value, settings);
  const diff = renderLineDiff(text, changed);
  if (diff === "") {
    await write(context.stderr, `${path}: nothing to change\n`);
    return EXIT.ok;
  }
  await write(context.stdout, `${path}\n${diff}`);
  if (args.flag("dry-run")) return EXIT.ok;
  await replace(path, changed);
  if (action === "install" && !context.quiet) await tellNext(args, context);
  return EXIT.ok;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const [name] = args.positionals;
  if (name === undefined) {
    // Whoever types it finds out what it is for; Claude Code never gives a hook a terminal.
    if ("isTTY" in context.stdin && context.stdin.isTTY === true) {
      await write(context.stderr, "hook reads a hook's JSON on standard input; see --help.\n");
      return EXIT.usage;
    }
    await import("./hook/claude-siem-hook.ts");
    return EXIT.ok;
  }
  const action = actions.find((one) => one === name);
  if (action === undefined) {
    const wrong = { name, known: actions };
    throw new CommandFailure([report(hookMessage.unknownHook, args.spanOf(name), wrong)], 2);
  }
  return changeSettings(action, args, context);
}

export const hook: Command = { spec, run };

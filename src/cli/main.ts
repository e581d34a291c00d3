#!/usr/bin/env node
/**
 * The command `claude-siem`. Claude Code starts it for every hook, and waits: that way imports almost
 * nothing. All other commands are in `program.ts`.
 */
import { isatty } from "node:tty";

/** `hook` with nothing but options, and somebody else than a person at its input. */
function isHook([name, ...words]: readonly string[]): boolean {
  const isAction = words[0] !== undefined && !words[0].startsWith("--");
  return name === "hook" && !isAction && !words.includes("--help") && !isatty(0);
}

if (isHook(process.argv.slice(2))) await import("./hook/claude-siem-hook.ts");
else await import("./program.ts");

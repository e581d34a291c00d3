/** Help texts, made from the same specifications that parse the command line. */
import { type CommandSpec, commonOptions, type OptionSpec } from "./arguments.ts";

const WIDTH = 96;

/** Wraps prose to the width, every line after the first indented. */
export function wrap(text: string, indent: number, width: number = WIDTH): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width - indent) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function renderOption(option: OptionSpec): string {
  const value = option.value === undefined ? "" : ` ${option.value}`;
  const head = `--${option.name}${value}`;
  const choices = option.choices ? ` One of: ${option.choices.join(", ")}.` : "";
  const prose = wrap(`${option.description}${choices}`, 26);
  return head.length > 22 ? `  ${head}\n${" ".repeat(26)}${prose}` : `  ${head.padEnd(24)}${prose}`;
}

/** The help of one command. */
export function renderCommandHelp(spec: CommandSpec): string {
  const options = spec.options.map((option) => {
    const text = `--${option.name}${option.value ? ` ${option.value}` : ""}`;
    return option.required ? text : `[${text}]`;
  });
  const usage = ["claude-siem", spec.name, ...options, ...spec.positionals].join(" ");
  const sections = [`Usage: ${wrap(usage, 9)}`, wrap(spec.description, 0)];
  if (spec.options.length > 0)
    sections.push(`Options:\n${spec.options.map(renderOption).join("\n")}`);
  sections.push(`Every command:\n${commonOptions.map(renderOption).join("\n")}`);
  sections.push(`Examples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`);
  sections.push("Exit codes: 0 ok, 1 findings, 2 usage, 3 input/output, 4 integrity, 70 defect.");
  return `${sections.join("\n\n")}\n`;
}

/** The overview. */
export function renderOverview(specs: readonly CommandSpec[], version: string): string {
  const width = Math.max(...specs.map(({ name }) => name.length)) + 2;
  const commands = specs.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join("\n");
  return `claude-siem ${version}: SIEM content pack and connector library for Claude deployments

Usage: claude-siem COMMAND [OPTIONS]

Commands:
${commands}

  claude-siem COMMAND --help shows options and examples of one command.
  claude-siem demo shows the whole job on a generated company log.
`;
}

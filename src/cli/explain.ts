/** `claude-siem explain CODE|RULE`: more about a diagnostic, or a rule in words. */
import { catalogue, findEntry } from "../diagnostic/catalogue.ts";
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { explainRule } from "../rule/explain-rule.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { loadRules } from "./content.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { paint } from "./terminal/style.ts";
import { wrap } from "./usage.ts";

const spec: CommandSpec = {
  name: "explain",
  summary: "more about a diagnostic code, or a rule in words",
  description:
    "Explains the code of a diagnostic (such as R302), or says in words what a rule does, with its parameters and limits.",
  positionals: ["CODE|RULE"],
  options: [],
  examples: ["claude-siem explain E206", "claude-siem explain high-volume-user"],
};

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const topic = args.positionals[0] ?? "";
  const entry = findEntry(topic);
  if (entry) {
    const title = paint(
      context.colour.stdout,
      "bold",
      `${entry.code} ${entry.name} (${entry.severity})`,
    );
    await write(context.stdout, `${title}\n\n${wrap(entry.explanation, 0)}\n`);
    return EXIT.ok;
  }
  const { rules } = loadRules(context.root);
  const found = rules.find(({ rule }) => rule.name === topic);
  if (found) {
    await write(context.stdout, explainRule(found.rule));
    return EXIT.ok;
  }
  const known = [...rules.map(({ rule }) => rule.name), ...catalogue.map(({ code }) => code)];
  throw new CommandFailure(
    [report(commandMessage.unknownTopic, args.spanOf(topic), { topic, known })],
    2,
  );
}

export const explain: Command = { spec, run };

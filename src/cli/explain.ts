/** `claude-siem explain CODE|RULE`: more about a diagnostic, or a rule in words. */
import { catalogue, findEntry } from "../diagnostic/catalogue.ts";
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { compileRule } from "../dialect/compile.ts";
import { ruleTargets } from "../dialect/compiled.ts";
import { detectRule } from "../engine/detect.ts";
import { explainEvent } from "../engine/explain-event.ts";
import { explainRule } from "../rule/explain-rule.ts";
import type { RuleIr } from "../rule/ir.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { loadEvents, renderAlerts } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { renderEventExplanation } from "./explain/event.ts";
import { renderTarget } from "./explain/target.ts";
import { CommandFailure } from "./failure.ts";
import { contentOption, loadSiteRules } from "./site.ts";
import { paint } from "./terminal/style.ts";
import { wrap } from "./usage.ts";

const spec: CommandSpec = {
  name: "explain",
  summary: "more about a diagnostic code, or a rule in words",
  description:
    "Explains the code of a diagnostic (such as R302), or says in words what a rule does, with its parameters and limits. With --target it shows what a product gets, and which line of rule.yaml each part comes from. With --events and --event it says why an event did or did not match.",
  positionals: ["CODE|RULE"],
  options: [
    {
      name: "target",
      value: "TARGET",
      choices: [...ruleTargets, "all"],
      multiple: true,
      description: "Show the compiled rule instead of words; may be repeated.",
    },
    {
      name: "context",
      value: "MODE",
      choices: ["stamped", "native"],
      description: "As for build. Default: stamped.",
    },
    contentOption,
    {
      name: "events",
      value: "FILE",
      description: "NDJSON file of events to judge, gzip allowed; - for stdin.",
    },
    {
      name: "event",
      value: "ID",
      multiple: true,
      description:
        "The event_id to explain; may be repeated. Without it, the rule's alerts are listed.",
    },
  ],
  examples: [
    "claude-siem explain E206",
    "claude-siem explain high-volume-user",
    "claude-siem explain anomalous-mcp-volume --target splunk",
    "claude-siem explain prompt-injection --events log.ndjson --event 0b1f3c9e-5a56-4a57-9c3e-1f5b7d2e9a02",
  ],
};

async function explainCode(topic: string, context: Context): Promise<boolean> {
  const entry = findEntry(topic);
  if (entry === undefined) return false;
  const name = `${entry.code} ${entry.name} (${entry.severity})`;
  const title = paint(context.colour.stdout, "bold", name);
  await write(context.stdout, `${title}\n\n${wrap(entry.explanation, 0)}\n`);
  return true;
}

async function explainTargets(rule: RuleIr, args: Arguments, context: Context): Promise<void> {
  const asked = args.texts("target");
  const targets = ruleTargets.filter((one) => asked.includes("all") || asked.includes(one));
  const mode = args.text("context") === "native" ? "native" : "stamped";
  const texts = targets.map((target) => {
    const compiled = compileRule(rule, target, { context: mode });
    return renderTarget(rule, target, compiled, context.colour.stdout);
  });
  await write(context.stdout, texts.join("\n"));
}

/** Why events match or not; without ids, what alerts there are to ask about. */
async function explainEvents(
  rule: RuleIr,
  path: string,
  args: Arguments,
  context: Context,
): Promise<void> {
  const { store, reader } = await loadEvents(path, args, context);
  try {
    const ids = args.texts("event");
    if (ids.length === 0) {
      const alerts = await detectRule(store, rule, { suppress: false });
      const hint = "Add --event ID to see why an event did or did not match.\n";
      await write(context.stdout, `${renderAlerts(alerts, context.colour.stdout)}${hint}`);
    }
    for (const [index, id] of ids.entries()) {
      const explanation = await explainEvent(store, rule, id);
      if (explanation === undefined) {
        const about = { event: id, file: path };
        throw new CommandFailure([report(commandMessage.unknownEvent, args.spanOf(id), about)], 2);
      }
      const text = renderEventExplanation(rule, id, explanation, context.colour.stdout);
      await write(context.stdout, index === 0 ? text : `\n${text}`);
    }
    await reader.summarise();
  } finally {
    await store.close();
  }
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const topic = args.positionals[0] ?? "";
  if (await explainCode(topic, context)) return EXIT.ok;
  const { rules } = await loadSiteRules(args, context);
  const rule = rules.find((one) => one.rule.name === topic)?.rule;
  if (rule === undefined) {
    const known = [...rules.map((one) => one.rule.name), ...catalogue.map(({ code }) => code)];
    const unknown = report(commandMessage.unknownTopic, args.spanOf(topic), { topic, known });
    throw new CommandFailure([unknown], 2);
  }
  const path = args.text("events");
  if (path !== undefined) await explainEvents(rule, path, args, context);
  else if (args.texts("target").length > 0) await explainTargets(rule, args, context);
  else await write(context.stdout, explainRule(rule));
  return EXIT.ok;
}

export const explain: Command = { spec, run };

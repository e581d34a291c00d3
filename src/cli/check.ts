/** `claude-siem check`: everything that can be wrong with content, with file, line and column. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseDashboard } from "../dashboard/parse-dashboard.ts";
import { checkPanels } from "../dashboard/query/compile.ts";
import { type Diagnostic, fileSpan, isError, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { type DiagnosticFormat, renderDiagnostics } from "../diagnostic/render.ts";
import { applyOverrides, displayPath, loadRules } from "../engine/rule-set.ts";
import { parseCalendar } from "../enrich/calendar.ts";
import { parseClassification } from "../enrich/classify-table.ts";
import { parseClearances } from "../enrich/clearance.ts";
import { parsePrices } from "../enrich/price.ts";
import { parseScimSettings } from "../enrich/scim.ts";
import { parseEventLine } from "../event/parse.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";
import { checkSentinelRule } from "../pack/sentinel/limits.ts";
import { checkRule, checkRuleSet } from "../rule/check-rule.ts";
import { parseOverrides } from "../rule/override.ts";
import { parseRule } from "../rule/parse-rule.ts";
import { parseRuleTests } from "../rule/parse-tests.ts";
import {
  checkExamples,
  checkSignatureName,
  checkSignatureSet,
} from "../signature/check-signatures.ts";
import { parseSignature, type SignatureFile } from "../signature/parse-signature.ts";
import { plainValue } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import { type CheckedRule, checkLocks, updateLocks } from "./check-lock.ts";
import type { Command } from "./command.ts";
import { type ContentKind, contentKind, sniffKind } from "./content.ts";
import { type Context, sourceLines, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, reading } from "./failure.ts";
import { todayOf } from "./site.ts";
import { counted } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "check",
  summary: "validate rules, tests, dashboards, mappings, signatures, tables and configurations",
  description:
    "Checks content and says what is wrong where: rules (grammar, fields, values, parameters, schedule, prose), their test cases, mappings (completeness, types, conflicts), dashboards (fields, shapes, denominators, filters), signatures (patterns, techniques, examples), calendars, clearances, prices, classification rules and the connector's configuration (keys, types, bounds, expressions, what does not go together). A rule whose meaning changed since rules.lock.json must have a higher version. Without a path it checks what is shipped. The exit code is 1 when there is an error.",
  positionals: ["[PATH…]"],
  options: [
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json", "github", "sarif"],
      description:
        "text for people, json for scripts, github for annotations, sarif for code scanning. Default: text.",
    },
    {
      name: "update-lock",
      description:
        "Enter rules as they are now into rules.lock.json beside their folder, if nothing is wrong.",
    },
  ],
  examples: [
    "claude-siem check",
    "claude-siem check rules/my-rule",
    "claude-siem check claude-siem.yaml",
    "claude-siem check --format github rules context",
  ],
};

interface Found {
  readonly path: string;
  readonly shown: string;
  readonly kind: ContentKind;
}

/** The content below a path: a file as it is, a folder with everything in it that has a kind. */
function findContent(path: string, root: string): readonly Found[] {
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    const kind = contentKind(path) ?? sniffKind(readFileSync(path, "utf8"));
    return kind ? [{ path, shown: displayPath(root, path), kind }] : [];
  }
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((file) => !/node_modules|[\\/]\.git[\\/]/.test(file))
    .sort()
    .flatMap((file) => {
      const isYaml = /\.ya?ml$/.test(file);
      if (statSync(file).isDirectory()) return [];
      const kind =
        contentKind(file) ?? (isYaml ? sniffKind(readFileSync(file, "utf8")) : undefined);
      return kind ? [{ path: file, shown: displayPath(root, file), kind }] : [];
    });
}

/** The prose of a rule file before parameters are filled in, by key. */
function rawProse(text: string, file: string): Readonly<Record<string, string>> {
  const yaml = parseYaml(text, file);
  const value = yaml.ok ? plainValue(yaml.value) : {};
  const entries = Object.entries(value as Record<string, unknown>).map(([key, prose]) => [
    key,
    [prose].flat().join("\n"),
  ]);
  return Object.fromEntries(entries);
}

function checkEvents(text: string, file: string): readonly Diagnostic[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) =>
    line.trim() === "" ? [] : parseEventLine(line, index + 1, { file }).diagnostics,
  );
}

/** Overrides against the rules that ship, as a command would apply them. */
function checkOverrides(text: string, file: string, context: Context): readonly Diagnostic[] {
  const parsed = parseOverrides(text, file);
  if (!parsed.ok) return parsed.diagnostics;
  return applyOverrides(loadRules(context.root), parsed.value, todayOf(context)).diagnostics;
}

/** The kinds bring in every sink and source, so they are loaded only when a configuration is there. */
async function checkConfig(text: string, file: string): Promise<readonly Diagnostic[]> {
  const { parseConnectorConfig } = await import("../connector/config.ts");
  const { kinds } = await import("../connector/registry.ts");
  return parseConnectorConfig(text, file, kinds).diagnostics;
}

/** What was parsed and has to be seen together with others of its kind. */
interface Together {
  readonly rules: CheckedRule[];
  readonly signatures: SignatureFile[];
}

function checkSignature(
  { path, shown }: Found,
  text: string,
  signatures: SignatureFile[],
): readonly Diagnostic[] {
  const parsed = parseSignature(text, shown);
  if (!parsed.ok) return parsed.diagnostics;
  signatures.push(parsed.value);
  const name = checkSignatureName(parsed.value, basename(path));
  return [...parsed.diagnostics, ...name, ...checkExamples(parsed.value)];
}

/** Findings of one file; a rule or signature that parses is added to its like. */
async function checkFile(
  found: Found,
  text: string,
  { rules, signatures }: Together,
  context: Context,
): Promise<readonly Diagnostic[]> {
  const { shown } = found;
  switch (found.kind) {
    case "rule": {
      const parsed = parseRule(text, shown);
      if (!parsed.ok) return parsed.diagnostics;
      rules.push({ rule: parsed.value, path: found.path });
      const isInFolder = /^rule\.ya?ml$/.test(basename(found.path));
      const options = {
        ...(isInFolder && { folder: basename(dirname(resolve(found.path))) }),
        prose: rawProse(text, shown),
      };
      return [...parsed.diagnostics, ...checkRule(parsed.value, options)];
    }
    case "tests":
      return parseRuleTests(text, shown).diagnostics;
    case "mapping":
      return parseMapping(text, shown).diagnostics;
    case "dashboard": {
      const parsed = parseDashboard(text, shown);
      return parsed.ok ? [...parsed.diagnostics, ...checkPanels(parsed.value)] : parsed.diagnostics;
    }
    case "calendar":
      return parseCalendar(text, shown).diagnostics;
    case "clearances":
      // Only the table's form is checked here, so any pseudonym will do.
      return parseClearances(text, shown, { hasher: { userIdHash: () => "0".repeat(64) } })
        .diagnostics;
    case "prices":
      return parsePrices(text, shown).diagnostics;
    case "scim":
      return parseScimSettings(text, shown).diagnostics;
    case "classification":
      return parseClassification(text, shown).diagnostics;
    case "overrides":
      return checkOverrides(text, shown, context);
    case "signature":
      return checkSignature(found, text, signatures);
    case "config":
      return checkConfig(text, shown);
    case "events":
      return checkEvents(text, shown);
  }
}

async function collect(
  paths: readonly string[],
  args: Arguments,
  context: Context,
): Promise<readonly Found[]> {
  if (paths.length === 0) {
    const shipped = ["rules", "mappings", "context", "dashboards", "signatures"].map((name) =>
      join(context.root, name),
    );
    return shipped.flatMap((path) => findContent(path, context.root));
  }
  const all: Found[] = [];
  for (const path of paths) {
    const found = await reading(path, args.spanOf(path), async () =>
      findContent(path, process.cwd()),
    );
    if (found.length === 0) {
      throw new CommandFailure(
        [report(commandMessage.unknownContent, args.spanOf(path), { path })],
        2,
      );
    }
    all.push(...found);
  }
  return all;
}

/** Findings about versions; writes the lock where that was asked for and nothing is wrong. */
async function lockFindings(
  rules: readonly CheckedRule[],
  update: boolean,
  context: Context,
): Promise<readonly Diagnostic[]> {
  return update ? await updateLocks(rules, context.root) : checkLocks(rules, context.root);
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const found = await collect(args.positionals, args, context);
  const texts = new Map<string, string>();
  const rules: CheckedRule[] = [];
  const signatures: SignatureFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const one of found) {
    const text = await reading(one.path, fileSpan(one.shown), async () =>
      readFileSync(one.path, "utf8"),
    );
    // Event logs and configurations are not quoted back: a line of theirs may hold what must not be
    // shown, such as a token that somebody wrote where only its place belongs.
    if (one.kind !== "events" && one.kind !== "config") texts.set(one.shown, text);
    diagnostics.push(...(await checkFile(one, text, { rules, signatures }, context)));
  }
  diagnostics.push(...checkRuleSet(rules.map(({ rule }) => rule)));
  diagnostics.push(...rules.flatMap(({ rule }) => checkSentinelRule(rule)));
  diagnostics.push(...checkSignatureSet(signatures));
  const isClean = !diagnostics.some(isError);
  diagnostics.push(...(await lockFindings(rules, isClean && args.flag("update-lock"), context)));
  const format = (args.text("format") ?? "text") as DiagnosticFormat;
  const options = {
    colour: context.colour.stdout,
    version: context.version,
    sourceLine: sourceLines(context, texts),
  };
  await write(context.stdout, renderDiagnostics(diagnostics, format, options));
  if (format === "text" && diagnostics.length === 0 && !context.quiet) {
    await write(
      context.stdout,
      `${counted(found.length, "file")} checked, nothing to complain about.\n`,
    );
  }
  return diagnostics.some(isError) ? EXIT.findings : EXIT.ok;
}

export const check: Command = { spec, run };

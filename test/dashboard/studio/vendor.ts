/** What Splunk publishes of Dashboard Studio: schemas of definitions and options, tokens, expressions. */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type { Json, JsonObject } from "../../../src/dashboard/studio/visualization.ts";

const require = createRequire(import.meta.url);

type Schema = Readonly<Record<string, unknown>>;

interface DefinitionPackage {
  readonly default: Schema;
}

interface OptionsPackage {
  readonly [name: string]: Schema | undefined;
}

interface TokenPackage {
  readonly replaceTokens: (options: {
    readonly value: string;
    readonly tokens: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }) => string;
  readonly TokenRegExp: RegExp;
}

function validator(schema: Schema): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    allowMatchingProperties: true,
    allowUnionTypes: true,
    strict: false,
    keywords: [{ keyword: "skipTokenSupport", schemaType: "boolean" }],
  });
  const addErrors = require("ajv-errors") as { readonly default: (ajv: Ajv) => void };
  addErrors.default(ajv);
  return ajv.compile(schema);
}

const definition = require("@splunk/dashboard-definition/DashboardSchema") as DefinitionPackage;
const isDefinition = validator(definition.default);

/** What the vendor's schema has against a definition in the form with tabs. */
export function definitionErrors(value: unknown): readonly string[] {
  return isDefinition(value)
    ? []
    : (isDefinition.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

// What follows are dependencies of that package, at the versions that it asks for.
const requireNext = createRequire(require.resolve("@splunk/dashboard-definition/DashboardSchema"));
const requireLast = createRequire(requireNext.resolve("@splunk/dashboard-utils"));

const optionSchemas = requireLast("@splunk/visualization-schemas") as OptionsPackage;

/** Names of the package's schemas by type of visualization. */
const schemaNames: Readonly<Record<string, string>> = {
  "splunk.bar": "barOptionsSchema",
  "splunk.column": "columnOptionsSchema",
  "splunk.line": "lineOptionsSchema",
  "splunk.markdown": "markdownOptionsSchema",
  "splunk.pie": "pieOptionsSchema",
  "splunk.singlevalue": "singleValueOptionsSchema",
  "splunk.table": "tableOptionsSchema",
};

const optionValidators = new Map<string, ValidateFunction>();

/** What the vendor's schema of a type has against options; unknown names count as errors. */
export function optionErrors(type: string, options: JsonObject): readonly string[] {
  const properties = optionSchemas[schemaNames[type] ?? ""];
  if (properties === undefined) return [`${type} is no type that has a schema`];
  let validate = optionValidators.get(type);
  if (validate === undefined) {
    validate = validator({ type: "object", properties, additionalProperties: false });
    optionValidators.set(type, validate);
  }
  return validate(options)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${type}${instancePath} ${message} ${JSON.stringify(params)}`,
      );
}

const tokens = requireNext("@splunk/dashboard-utils") as TokenPackage;

/** A text with tokens filled in, as the product does it. */
export function fillIn(
  value: string,
  values: Readonly<Record<string, string | readonly string[]>>,
): string {
  return tokens.replaceTokens({ value, tokens: { default: values } });
}

/** Names of the tokens in a text, without filters. A doubled dollar is none. */
export function tokensIn(text: string): readonly string[] {
  const pattern = new RegExp(`\\$\\$|${tokens.TokenRegExp.source}`, "g");
  return [...text.matchAll(pattern)].flatMap(([whole, , name]) =>
    whole === "$$" || name === undefined ? [] : [name],
  );
}

/** Every text in a value of JSON. */
export function textsIn(value: Json | object): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((one) => textsIn(one as Json));
}

interface Frames {
  readonly fromJsonCols: (columns: {
    readonly data: {
      readonly fields: readonly { readonly name: string }[];
      readonly columns: readonly (readonly (string | null)[])[];
    };
  }) => object;
}

interface Executor {
  readonly executeOptions: (
    stanza: object,
    frames: Readonly<Record<string, object>>,
    theme: () => string,
  ) => JsonObject;
}

/** The package keeps the class of its tables to itself; the copy that runs here hands it out. */
function loadEncoding(): { readonly frames: Frames; readonly executor: Executor } {
  const file = requireLast.resolve("@splunk/visualization-encoding/EncodingExecutor");
  const copy = new Module(file) as Module & {
    _compile: (code: string, name: string) => void;
    paths: readonly string[];
  };
  copy.filename = file;
  copy.paths = createRequire(file).resolve.paths("x") ?? [dirname(file)];
  copy._compile(`${readFileSync(file, "utf8")}\nmodule.exports.DataFrame = DataFrame;`, file);
  const { DataFrame, default: Executor } = copy.exports as {
    readonly DataFrame: Frames;
    readonly default: new () => Executor;
  };
  return { frames: DataFrame, executor: new Executor() };
}

const encoding = loadEncoding();

/** Options of a visualization with every expression evaluated over a table, as the product does it. */
export function evaluateOptions(
  options: JsonObject,
  context: JsonObject,
  table: Readonly<Record<string, readonly (string | null)[]>>,
): JsonObject {
  const primary = encoding.frames.fromJsonCols({
    data: {
      fields: Object.keys(table).map((name) => ({ name })),
      columns: Object.values(table),
    },
  });
  return encoding.executor.executeOptions({ context, options }, { primary }, () => "theme");
}

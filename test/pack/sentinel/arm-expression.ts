/**
 * An evaluator of ARM template expressions, after the documentation of their syntax: functions, text in
 * single quotes, numbers, properties. What is undefined throws, as the deployment would fail.
 */

import { uuidV5 } from "../../../src/dialect/uuid.ts";

export type ArmJson = string | number | boolean | null | readonly ArmJson[] | ArmObject;
export interface ArmObject {
  readonly [key: string]: ArmJson;
}

/** What expressions may refer to. */
export interface Deployment {
  readonly parameters: Readonly<Record<string, ArmJson>>;
  /** Ids of the template's resources, for `reference`. */
  readonly resources: ReadonlySet<string>;
}

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group";

/** Segments of a type pair up with names; the first holds the provider. */
function resourceId(type: string, names: readonly string[]): string {
  const [provider = "", ...kinds] = type.split("/");
  if (kinds.length !== names.length || names.includes("")) {
    throw new Error(`${type} needs ${kinds.length} names, not ${names.join(", ")}`);
  }
  const pairs = kinds.map((kind, index) => `${kind}/${names[index]}`);
  return `${SUBSCRIPTION}/providers/${provider}/${pairs.join("/")}`;
}

/** The id that Resource Manager gives a resource of a template. */
export function idOf(type: string, name: string): string {
  return resourceId(type, name.split("/"));
}

function text(value: ArmJson | undefined): string {
  if (typeof value !== "string") throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}

function apply(name: string, args: readonly ArmJson[], deployment: Deployment): ArmJson {
  switch (name) {
    case "parameters": {
      const wanted = text(args[0]);
      if (!Object.hasOwn(deployment.parameters, wanted)) throw new Error(`no parameter ${wanted}`);
      return deployment.parameters[wanted] ?? null;
    }
    case "guid":
      // Any function of its arguments that yields a GUID will do.
      return uuidV5("00000000-0000-0000-0000-000000000000", args.map(text).join("-"));
    case "concat":
      return args.map(text).join("");
    case "resourceId":
      return resourceId(text(args[0]), args.slice(1).map(text));
    case "resourceGroup":
      return { location: "westeurope", id: SUBSCRIPTION };
    case "reference": {
      const wanted = text(args[0]);
      if (!deployment.resources.has(wanted)) throw new Error(`reference to ${wanted}`);
      return { immutableId: "dcr-1", endpoints: { logsIngestion: "https://ingest.invalid" } };
    }
    default:
      throw new Error(`no function ${name}`);
  }
}

class Reader {
  readonly #source: string;
  readonly #deployment: Deployment;
  #at = 0;

  constructor(source: string, deployment: Deployment) {
    this.#source = source;
    this.#deployment = deployment;
  }

  #match(pattern: RegExp): RegExpExecArray {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source);
    if (found === null) throw new Error(`cannot read ${this.#source} at ${this.#at}`);
    this.#at = sticky.lastIndex;
    return found;
  }

  #next(): string {
    this.#match(/\s*/);
    return this.#source[this.#at] ?? "";
  }

  #argumentsOf(): readonly ArmJson[] {
    const values: ArmJson[] = [];
    this.#match(/\(/);
    while (this.#next() !== ")") {
      values.push(this.expression());
      if (this.#next() === ",") this.#match(/,/);
    }
    this.#match(/\)/);
    return values;
  }

  expression(): ArmJson {
    const first = this.#next();
    if (first === "'") return this.#match(/'((?:[^']|'')*)'/)[1]?.replaceAll("''", "'") ?? "";
    if (/\d/.test(first)) return Number(this.#match(/\d+/)[0]);
    const name = this.#match(/[A-Za-z]+/)[0];
    let value = apply(name, this.#argumentsOf(), this.#deployment);
    while (this.#source[this.#at] === ".") {
      const [, key = ""] = this.#match(/\.([A-Za-z]+)/);
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
        throw new Error(`no property ${key}`);
      }
      value = (value as ArmObject)[key] ?? null;
    }
    return value;
  }

  end(): void {
    if (this.#next() !== "") throw new Error(`left over: ${this.#source.slice(this.#at)}`);
  }
}

/** A text of a template: an expression, an escaped bracket, or itself. */
export function evaluateText(source: string, deployment: Deployment): ArmJson {
  if (!source.startsWith("[") || !source.endsWith("]")) return source;
  if (source.startsWith("[[")) return source.slice(1);
  const reader = new Reader(source.slice(1, -1), deployment);
  const value = reader.expression();
  reader.end();
  return value;
}

/** A value of a template with all its expressions evaluated. */
export function evaluate(value: ArmJson, deployment: Deployment): ArmJson {
  if (typeof value === "string") return evaluateText(value, deployment);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: ArmJson) => evaluate(one, deployment));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, evaluate(one, deployment)]),
  );
}

export interface EvaluatedResource extends ArmObject {
  readonly type: string;
  readonly name: string;
  readonly properties: ArmObject;
}

/** A template as it would be deployed. */
export interface Evaluated {
  readonly parameters: Readonly<Record<string, ArmJson>>;
  /** In the file's order, evaluated, with the id of each. */
  readonly resources: readonly { readonly id: string; readonly value: EvaluatedResource }[];
  readonly outputs: Readonly<Record<string, ArmJson>>;
}

interface TemplateFile {
  readonly parameters: Readonly<
    Record<string, { readonly type: string; readonly defaultValue?: ArmJson }>
  >;
  readonly resources: readonly (ArmObject & { readonly type: string; readonly name: string })[];
  readonly outputs?: Readonly<Record<string, { readonly value: ArmJson }>>;
}

/**
 * Deploys a template as far as that goes without Azure. Throws at an undefined parameter or function,
 * a parameter without a value or of the wrong type, a parameter nobody reads, a dependency or
 * reference on what the template does not have, a circle, and two resources of one id.
 */
export function deploy(source: string, given: Readonly<Record<string, ArmJson>>): Evaluated {
  const template = JSON.parse(source) as TemplateFile;
  const nowhere: Deployment = { parameters: {}, resources: new Set() };
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(template.parameters, name)) throw new Error(`no parameter ${name}`);
  }
  const parameters = Object.fromEntries(
    Object.entries(template.parameters).map(([name, { type, defaultValue }]) => {
      const fallback = defaultValue === undefined ? undefined : evaluate(defaultValue, nowhere);
      const value = given[name] ?? fallback;
      const wanted = { int: "number", bool: "boolean" }[type] ?? type;
      if (typeof value !== wanted) {
        throw new Error(`parameter ${name} is ${JSON.stringify(value)}, not ${type}`);
      }
      return [name, value as ArmJson];
    }),
  );
  for (const name of Object.keys(parameters)) {
    if (!source.includes(`parameters('${name}')`))
      throw new Error(`nobody reads parameter ${name}`);
  }
  const first: Deployment = { parameters, resources: new Set() };
  const ids = template.resources.map(({ type, name }) =>
    idOf(type, text(evaluateText(name, first))),
  );
  const deployment: Deployment = { parameters, resources: new Set(ids) };
  if (deployment.resources.size !== ids.length) throw new Error("two resources of one id");
  const resources = template.resources.map((resource, index) => ({
    id: ids[index] ?? "",
    value: evaluate(resource, deployment) as EvaluatedResource,
  }));
  checkOrder(resources);
  return {
    parameters,
    resources,
    outputs: Object.fromEntries(
      Object.entries(template.outputs ?? {}).map(([name, { value }]) => [
        name,
        evaluate(value, deployment),
      ]),
    ),
  };
}

/** Every dependency is a resource of the template, and there is an order in which they can come. */
function checkOrder(resources: Evaluated["resources"]): void {
  const waiting = new Map(
    resources.map(({ id, value }) => [id, (value["dependsOn"] ?? []) as readonly string[]]),
  );
  for (const [id, wanted] of waiting) {
    for (const one of wanted) {
      if (!waiting.has(one)) throw new Error(`${id} depends on ${one}, which is not there`);
    }
  }
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, wanted]) => !wanted.some((one) => waiting.has(one)));
    if (ready.length === 0) throw new Error(`a circle: ${[...waiting.keys()].join(", ")}`);
    for (const [id] of ready) waiting.delete(id);
  }
}

/** Every resource that a resource waits for, directly or not. */
export function ancestors({ resources }: Evaluated, id: string): ReadonlySet<string> {
  const direct = new Map(
    resources.map(({ id: own, value }) => [own, (value["dependsOn"] ?? []) as readonly string[]]),
  );
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const next of direct.get(one) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(id);
  return found;
}

/**
 * Azure Resource Manager templates. Text enters as literals and is escaped here; only what these
 * functions make is an expression, so no title and no query can be taken for one.
 */

/** An expression that Resource Manager evaluates when the template is deployed. */
export class ArmExpression {
  /** Without the square brackets. */
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

export type ArmValue =
  | string
  | number
  | boolean
  | ArmExpression
  | readonly ArmValue[]
  | { readonly [key: string]: ArmValue };

/** An argument of a template function: text is quoted. */
type Argument = ArmExpression | string;

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A call of a template function. */
export function call(name: string, ...args: readonly Argument[]): ArmExpression {
  const list = args.map((one) => (typeof one === "string" ? quote(one) : one.code));
  return new ArmExpression(`${name}(${list.join(", ")})`);
}

/** The value of a parameter of the template. */
export function parameter(name: string): ArmExpression {
  return call("parameters", name);
}

/** A property of what an expression yields. */
export function member(of: ArmExpression, ...path: readonly string[]): ArmExpression {
  return new ArmExpression([of.code, ...path].join("."));
}

export interface ArmParameter {
  readonly type: "string" | "int" | "bool";
  readonly description: string;
  readonly defaultValue?: ArmValue;
  readonly minLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

export interface ArmResource {
  /** Whether the resource is deployed at all; absent: always. What depends on it does not wait then. */
  readonly condition?: ArmExpression;
  readonly type: string;
  readonly apiVersion: string;
  readonly name: ArmExpression;
  readonly kind?: string;
  readonly location?: ArmExpression;
  /** `*` where a resource of the same name is replaced only by who says so. */
  readonly etag?: "*";
  /** Expression that yields the resource's id. */
  readonly id: ArmExpression;
  readonly dependsOn: readonly ArmExpression[];
  readonly properties: { readonly [key: string]: ArmValue };
}

export interface ArmTemplate {
  readonly parameters: Readonly<Record<string, ArmParameter>>;
  readonly resources: readonly ArmResource[];
  readonly outputs?: Readonly<Record<string, ArmExpression>>;
}

const SCHEMA_URL = "https://schema.management.azure.com/schemas";

/**
 * Text that Resource Manager leaves as it is. It takes for an expression what starts with `[` and ends
 * with `]`; a second `[` says otherwise. In any other text a bracket needs nothing.
 */
function literal(text: string): string {
  return text.startsWith("[") && text.endsWith("]") ? `[${text}` : text;
}

function plain(value: ArmValue): unknown {
  if (typeof value === "string") return literal(value);
  if (typeof value !== "object") return value;
  if (value instanceof ArmExpression) return `[${value.code}]`;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function plainParameter({ type, description, defaultValue, ...limits }: ArmParameter): unknown {
  return {
    type,
    ...(defaultValue !== undefined && { defaultValue: plain(defaultValue) }),
    ...limits,
    metadata: { description },
  };
}

function plainResource(resource: ArmResource): unknown {
  const { condition, type, apiVersion, name, kind, location, etag, dependsOn, properties } =
    resource;
  return {
    ...(condition !== undefined && { condition: plain(condition) }),
    type,
    apiVersion,
    name: plain(name),
    ...(kind !== undefined && { kind }),
    ...(location !== undefined && { location: plain(location) }),
    ...(etag !== undefined && { etag }),
    ...(dependsOn.length > 0 && { dependsOn: dependsOn.map(plain) }),
    properties: plain(properties),
  };
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Text of a template for deployment to a resource group. */
export function renderTemplate({ parameters, resources, outputs }: ArmTemplate): string {
  const document = {
    $schema: `${SCHEMA_URL}/2019-04-01/deploymentTemplate.json#`,
    contentVersion: "1.0.0.0",
    parameters: mapped(parameters, plainParameter),
    resources: resources.map(plainResource),
    ...(outputs && {
      outputs: mapped(outputs, (value) => ({ type: "string", value: plain(value) })),
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Text of a parameters file. Its texts need no escape: they are never taken for expressions. */
export function renderParameters(values: Readonly<Record<string, string | number>>): string {
  const document = {
    $schema: `${SCHEMA_URL}/2019-04-01/deploymentParameters.json#`,
    contentVersion: "1.0.0.0",
    parameters: mapped(values, (value) => ({ value })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

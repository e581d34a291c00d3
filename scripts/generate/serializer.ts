// A mapping → the source of a function that writes an event's document as JSON text.
//
// The compiler walks the tree of outputs that the interpreter writes, and keeps these invariants:
//   1. Text enters the generated source only as JSON made by JSON.stringify inside an escaped template
//      literal, or as an identifier from the closed list of event fields.
//   2. Whatever does not depend on the event's values is merged at build time: constants,
//      classifications (one fragment for each class of event), tables (one for each value).
//   3. A text is written without escaping only when the event schema proves that it needs none: an
//      enumeration, or a format of event/format.ts that excludes quotes, backslashes and controls.
//   4. A comma is written before every member but the first of an object. Where it is known at build
//      time that an object's first member is there, nothing about commas is decided at run time.
//   5. Every mapping is compiled for complete events, which carry all fields that the schema expects of
//      a complete producer, once for each event type; and once for all other events. The less is open
//      at build time, the more text runs together and the fewer pieces are joined at run time.
import { type EventField, eventFields } from "../../src/generated/event-fields.ts";
import { certainFields, isCertain } from "../../src/mapping/check-mapping.ts";
import { type EventClass, eventClasses } from "../../src/mapping/event-class.ts";
import { type LeafNode, layoutOf, type ObjectNode } from "../../src/mapping/layout.ts";
import type { FieldOutput, Mapping, Output, Source, Table } from "../../src/mapping/mapping.ts";
import { code, renderTemplate, type Template, text } from "./template.ts";

/** What stands between a member and those before it: nothing, a comma, or that is seen at run time. */
type Separator = "none" | "comma" | { readonly emptyWhile: string };

/** A value under conditions of the generated code; without conditions it is always written. */
interface Guarded {
  readonly conditions: readonly string[];
  readonly template: Template;
}

function json(value: unknown): Template {
  return [text(JSON.stringify(value))];
}

function isChain(source: Source): source is "chain_seq" | "chain_hash" {
  return source === "chain_seq" || source === "chain_hash";
}

function kindOf(source: Source): string {
  if (source === "chain_seq") return "integer";
  if (source === "chain_hash") return "keyword";
  return source === "canonical_event" ? "event" : eventFields[source].kind;
}

const everyClass: ReadonlySet<EventClass> = new Set(eventClasses);

/** The classes of event for which an output may write its path. */
function writtenClasses(output: Output): ReadonlySet<EventClass> {
  if (output.kind === "constant") return everyClass;
  return output.kind === "class" ? new Set(output.values.keys()) : (output.classes ?? everyClass);
}

/** Constants and tables that stand before the functions; equal ones are declared once. */
export class Declarations {
  readonly #names = new Map<string, string>();

  add(prefix: string, definition: string): string {
    const name = this.#names.get(definition) ?? `${prefix}${this.#names.size + 1}`;
    this.#names.set(definition, name);
    return name;
  }

  fragment(texts: readonly string[]): string {
    const rows = texts.map(
      (one, index) => `  ${JSON.stringify(one)}, // ${eventClasses[index] ?? ""}\n`,
    );
    return this.add("fragment", `: readonly string[] = [\n${rows.join("")}];`);
  }

  classSet(classes: ReadonlySet<EventClass>): string {
    const flags = eventClasses.map((one) => classes.has(one));
    return this.add("when", `: readonly boolean[] = ${JSON.stringify(flags)};`);
  }

  table(table: Table): string {
    const rows = [...table.entries].map(
      ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(JSON.stringify(value))}`,
    );
    return this.add("table", ` = { ${rows.join(", ")} } as const;`);
  }

  render(): string {
    return [...this.#names].map(([definition, name]) => `const ${name}${definition}\n`).join("");
  }
}

export interface CompileOptions {
  readonly mapping: Mapping;
  /** Fields whose texts need no escaping. */
  readonly proven: ReadonlySet<string>;
  /** Fields that every event has which comes past the reads at the top of the function. */
  readonly certain: ReadonlySet<EventField>;
  /** Function for events that lack a certain field. */
  readonly fallback?: string;
  /** Classes that events given to the function may have. */
  readonly classes: readonly EventClass[];
  /**
   * Fields that are likely beside the certain ones. When an event has no more members than it has of
   * both, the other fields are known to be absent without a look at each. Absent: look at each.
   */
  readonly likely?: readonly EventField[];
  readonly declarations: Declarations;
}

/** Compiles the body of one function. */
export class SerializerCompiler {
  readonly #options: CompileOptions;
  readonly #sources = new Set<Source>();
  /** How many rules in question write the escaped text of a source. */
  readonly #uses = new Map<Source, number>();
  /** Expressions that are computed once, at the top. */
  readonly #shared = new Map<string, string>();
  readonly #lines: string[] = [];
  #pending: Template = [];
  #target = "document";

  constructor(options: CompileOptions) {
    this.#options = options;
    for (const output of options.mapping.fields) {
      const { kind } = output.transform;
      const escapes = kind === "copy" || kind === "first" || kind === "array_wrap";
      if (!escapes || !this.#mayWrite(output)) continue;
      for (const source of output.from) this.#uses.set(source, (this.#uses.get(source) ?? 0) + 1);
    }
  }

  /** Statements that read the event and return the document's text. */
  compile(): string {
    // The layout of the whole mapping decides the order, so it is pruned and not made of fewer outputs.
    this.#object(this.#prune(layoutOf(this.#options.mapping.outputs)), []);
    this.#flush();
    const { likely } = this.#options;
    for (const field of likely ?? []) this.#sources.add(field);
    for (const field of this.#options.certain.difference(certainFields)) this.#sources.add(field);
    const isRare = (source: Source): boolean =>
      likely !== undefined && !this.#isCertain(source) && !likely.some((one) => one === source);
    const sources = [...this.#sources];
    const reads = [
      ...sources.filter((source) => !isRare(source)).map((source) => this.#read(source)),
      ...this.#turnAway(),
      ...this.#countMembers(likely),
      ...sources.filter(isRare).map((source) => this.#readRare(source)),
    ];
    const shared = [...this.#shared].map(
      ([expression, name]) => `  const ${name} = ${expression};\n`,
    );
    const body = `${shared.join("")}  let document = "";\n${this.#lines.join("")}  return document;\n`;
    const number = body.includes("[eventClass]")
      ? "  const eventClass = classNumber(event);\n"
      : "";
    return `${number}${reads.join("")}${body}`;
  }

  // ——— reading the event

  #read(source: Source): string {
    return `  const ${source} = ${isChain(source) ? "chain?" : "event"}.${source};\n`;
  }

  /** Hands events that lack an expected field to the function that expects none. */
  #turnAway(): readonly string[] {
    const { certain, fallback } = this.#options;
    if (fallback === undefined) return [];
    const tests = [...certain.difference(certainFields)].map((one) => `${one} === undefined`);
    return [`  if (\n    ${tests.join(" ||\n    ")}\n  ) return ${fallback}(event, chain);\n`];
  }

  #readRare(source: Source): string {
    const value = isChain(source) ? `chain?.${source}` : `hasMore ? event.${source} : undefined`;
    return `  const ${source} = ${value};\n`;
  }

  #countMembers(likely: readonly EventField[] | undefined): readonly string[] {
    if (likely === undefined) return [];
    const present = likely.map((field) => ` + (${field} === undefined ? 0 : 1)`);
    const known = `${this.#options.certain.size}${present.join("")}`;
    return [`  const hasMore = memberCount(event) !== ${known};\n`];
  }

  // ——— statements

  #render(template: Template): string {
    const { classes, declarations } = this.#options;
    const possible = classes.map((one) => eventClasses.indexOf(one));
    return renderTemplate(template, possible, (texts) => declarations.fragment(texts));
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length > 0) this.#lines.push(`  ${this.#target} += ${this.#render(pending)};\n`);
  }

  #write({ conditions, template }: Guarded): void {
    if (conditions.length === 0) {
      this.#pending = [...this.#pending, ...template];
      return;
    }
    this.#flush();
    const statement = `${this.#target} += ${this.#render(template)};`;
    this.#lines.push(`  if (${conditions.join(" && ")}) ${statement}\n`);
  }

  // ——— objects and members

  #separator(separator: Separator): Template {
    if (separator === "none") return [];
    if (separator === "comma") return [text(",")];
    return [code(`${separator.emptyWhile} === "" ? "" : ","`)];
  }

  #object(node: ObjectNode, path: readonly string[]): void {
    this.#write({ conditions: [], template: [text("{")] });
    this.#members(node, "comma", path);
    this.#write({ conditions: [], template: [text("}")] });
  }

  /** Members of an object, the first without a separator, the others with `separator`. */
  #members(node: ObjectNode, separator: Separator, path: readonly string[]): void {
    let ahead: Separator = "none";
    for (const [name, member] of node.members) {
      // A separator decided at run time must see what was written before it.
      if (typeof ahead === "object") this.#flush();
      if (member.kind === "object") this.#innerObject([...path, name], member, ahead);
      else this.#leaf(name, member, ahead);
      ahead = separator;
    }
  }

  #innerObject(path: readonly string[], node: ObjectNode, separator: Separator): void {
    const [first] = node.members.values();
    const key = [...this.#separator(separator), ...json(path.at(-1)), text(":")];
    if (first !== undefined && this.#isAlways(first)) {
      this.#write({ conditions: [], template: key });
      this.#object(node, path);
      return;
    }
    const single = soleOutput(node);
    if (single !== undefined) {
      const { conditions, template } = this.#value(single.output);
      const open = single.path.map((part) => `{${JSON.stringify(part)}:`).join("");
      const close = text("}".repeat(single.path.length));
      this.#write({ conditions, template: [...key, text(open), ...template, close] });
      return;
    }
    this.#flush();
    const outer = this.#target;
    const own = `${path.join("_")}_members`;
    this.#lines.push(`  let ${own} = "";\n`);
    this.#target = own;
    this.#members(node, { emptyWhile: own }, path);
    this.#flush();
    this.#target = outer;
    const conditions = this.#isAlways(node) ? [] : [`${own} !== ""`];
    this.#write({ conditions, template: [...key, text("{"), code(own), text("}")] });
  }

  /** A path that one or several rules write, of which at most one applies. */
  #leaf(name: string, leaf: LeafNode, separator: Separator): void {
    const key = [...json(name), text(":")];
    for (const output of leaf.outputs) {
      if (output.kind === "class") this.#classLeaf(name, output.values, separator);
      else {
        const { conditions, template } = this.#value(output);
        this.#write({ conditions, template: [...this.#separator(separator), ...key, ...template] });
      }
    }
  }

  #classLeaf(name: string, values: ReadonlyMap<EventClass, unknown>, separator: Separator): void {
    const comma = separator === "comma" ? "," : "";
    const texts = eventClasses.map((eventClass) => {
      const value = values.get(eventClass);
      return value === undefined ? "" : `${comma}${JSON.stringify(name)}:${JSON.stringify(value)}`;
    });
    if (typeof separator === "string") {
      this.#write({ conditions: [], template: [{ kind: "class", texts }] });
      return;
    }
    const template = [...this.#separator(separator), { kind: "class" as const, texts }];
    const set = this.#options.declarations.classSet(new Set(values.keys()));
    this.#write({ conditions: [`${set}[eventClass]`], template });
  }

  // ——— certainty

  #isCertain(source: Source): boolean {
    return source === "canonical_event" || (!isChain(source) && this.#options.certain.has(source));
  }

  /** Whether an output writes its path for any class in question. */
  #mayWrite(output: Output): boolean {
    const written = writtenClasses(output);
    return this.#options.classes.some((one) => written.has(one));
  }

  /** An object without what no class in question writes. */
  #prune(node: ObjectNode): ObjectNode {
    const members = [...node.members].flatMap(
      ([name, member]): [string, ObjectNode | LeafNode][] => {
        if (member.kind === "object") {
          const inner = this.#prune(member);
          return inner.members.size === 0 ? [] : [[name, inner]];
        }
        const outputs = member.outputs.filter((output) => this.#mayWrite(output));
        return outputs.length === 0 ? [] : [[name, { kind: "leaf", outputs }]];
      },
    );
    return { kind: "object", members: new Map(members) };
  }

  /** Whether an output applies to every class in question. */
  #appliesToAll(output: Output): boolean {
    const written = writtenClasses(output);
    return this.#options.classes.every((one) => written.has(one));
  }

  /** Whether a node is written for every event. */
  #isAlways(node: ObjectNode | LeafNode): boolean {
    if (node.kind === "object") {
      return [...node.members.values()].some((member) => this.#isAlways(member));
    }
    const certain = node.outputs.filter((output) => isCertain(output, this.#options.certain));
    return this.#options.classes.every((one) =>
      certain.some((output) => writtenClasses(output).has(one)),
    );
  }

  // ——— values

  #value(output: Exclude<Output, { kind: "class" }>): Guarded;
  #value(output: Output): Guarded {
    if (output.kind === "constant") return { conditions: [], template: json(output.value) };
    if (output.kind === "class") return { conditions: [], template: [] };
    const conditions: string[] = [];
    if (output.classes !== undefined && !this.#appliesToAll(output)) {
      conditions.push(`${this.#options.declarations.classSet(output.classes)}[eventClass]`);
    }
    if (output.beside !== undefined) conditions.push(`${this.#local(output.beside)} !== undefined`);
    const present = this.#presence(output);
    const template = this.#text(output);
    if (present === undefined) return { conditions, template };
    if (output.otherwise === undefined) return { conditions: [...conditions, present], template };
    const absent = this.#render(json(output.otherwise));
    return { conditions, template: [code(`${present} ? ${this.#render(template)} : ${absent}`)] };
  }

  /** The condition under which a rule's fields yield a value; `undefined`: always. */
  #presence(output: FieldOutput): string | undefined {
    if (output.from.some((source) => this.#isCertain(source))) return undefined;
    const tests = output.from.map((source) => `${this.#local(source)} !== undefined`);
    return tests.length === 1 ? tests[0] : `(${tests.join(" || ")})`;
  }

  /** JSON text of what a rule yields, given that its fields are there. */
  #text(output: FieldOutput): Template {
    const { transform, from } = output;
    const [source] = from;
    if (source === undefined) throw new Error(`${output.to} has no source`);
    if (transform.kind === "copy") return this.#copy(source);
    if (transform.kind === "constant") return json(transform.value);
    if (transform.kind === "collect") return this.#collect(from);
    const local = this.#local(source);
    switch (transform.kind) {
      case "lookup":
        return [code(`${this.#options.declarations.table(transform.table)}[${local}]`)];
      case "ms_to_ns":
        return [code(`nanosecondsText(${local})`)];
      case "ms_to_s":
        return [code(`${local} / 1000`)];
      case "iso_to_epoch_seconds":
        return [code(`epochSecondsText(${local})`)];
      case "array_wrap":
        return [text("["), ...this.#copy(source), text("]")];
      case "first":
        return [text('"'), code(this.#first(from)), text('"')];
      case "summary":
        return [text('"'), code(`escapeText(summaryOf(${local}))`), text('"')];
      case "json_string":
        return [text('"'), code(`escapeText(JSON.stringify(${local}))`), text('"')];
      case "flat_keys":
        return [code(`JSON.stringify(flatKeys(${local}))`)];
    }
  }

  /** A value as it is. */
  #copy(source: Source): Template {
    // The class of an event implies its type, so this is known where the class is.
    if (source === "event_type") {
      const texts = eventClasses.map((eventClass) => JSON.stringify(eventClass.split("/")[0]));
      return [{ kind: "class", texts }];
    }
    switch (kindOf(source)) {
      case "keyword":
      case "time":
        return [text('"'), code(this.#characters(source)), text('"')];
      case "keyword[]":
        return [code(`listText(${this.#local(source)})`)];
      case "object":
        return [code(`JSON.stringify(${this.#local(source)})`)];
      default:
        return [code(this.#local(source))];
    }
  }

  /** An expression for the characters of a text field between the quotes. */
  #characters(source: Source): string {
    const local = this.#local(source);
    if (this.#options.proven.has(source)) return local;
    if (this.#uses.get(source) === 1) return `escapeText(${local})`;
    const escaped = `escapeText(${local})`;
    return this.#share(
      this.#isCertain(source) ? escaped : `${local} === undefined ? "" : ${escaped}`,
      `${source}_text`,
    );
  }

  #first([source, ...rest]: readonly Source[]): string {
    if (source === undefined) return '""';
    const own = this.#characters(source);
    if (rest.length === 0 || this.#isCertain(source)) return own;
    return `${this.#local(source)} !== undefined ? ${own} : ${this.#first(rest)}`;
  }

  /** Most events have only the first of the fields; the others take the general road. */
  #collect(from: readonly Source[]): Template {
    const [source, ...rest] = from;
    const locals = from.map((one) => this.#local(one)).join(", ");
    if (source === undefined || !this.#isCertain(source)) return [code(`collectText([${locals}])`)];
    const alone = rest.map((one) => `${this.#local(one)} === undefined`).join(" && ");
    const more = this.#share(`${alone} ? "" : collectMore([${locals}])`, `${rest.join("_")}_text`);
    return [text("["), ...this.#copy(source), code(more), text("]")];
  }

  #share(expression: string, name: string): string {
    const known = this.#shared.get(expression) ?? name;
    this.#shared.set(expression, known);
    return known;
  }

  #local(source: Source): string {
    if (source === "canonical_event") return "event";
    this.#sources.add(source);
    return source;
  }
}

/** The single field output below an object, with the path to it, when there is just one. */
function soleOutput(
  node: ObjectNode,
): { path: readonly string[]; output: FieldOutput } | undefined {
  const [entry, ...others] = node.members;
  if (entry === undefined || others.length > 0) return undefined;
  const [name, member] = entry;
  if (member.kind === "leaf") {
    const [output, ...more] = member.outputs;
    return output?.kind === "field" && more.length === 0 ? { path: [name], output } : undefined;
  }
  const inner = soleOutput(member);
  return inner && { path: [name, ...inner.path], output: inner.output };
}

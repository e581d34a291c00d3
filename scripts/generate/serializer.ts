// A mapping → the source of a function that writes an event's document as JSON text.
//
// The compiler walks the same tree of outputs as the interpreter and keeps these invariants:
//   1. Text enters the generated source only as JSON made by JSON.stringify inside an escaped template
//      literal, or as an identifier from the closed list of event fields.
//   2. Whatever does not depend on the event is merged into literals at build time: constants,
//      classifications (one fragment per class of event), tables (one fragment per value).
//   3. A value is written without escaping only when the event schema proves that it needs none: an
//      enumeration, or a format of event/format.ts that excludes quotes, backslashes and controls.
//   4. A comma is written before every member but the first of an object. Where it is known at build
//      time that an object's first member is always there, no separator is decided at run time.
//   5. Each field of the event is read once.
import { eventFields } from "../../src/generated/event-fields.ts";
import { isCertain } from "../../src/mapping/check-mapping.ts";
import { type EventClass, eventClasses } from "../../src/mapping/event-class.ts";
import { type LeafNode, layoutOf, type ObjectNode } from "../../src/mapping/layout.ts";
import type { FieldOutput, Mapping, Output, Source, Table } from "../../src/mapping/mapping.ts";

/** How the first member of what is being written is told from the others. */
type Separator = "none" | "comma" | { readonly emptyWhile: string };

/** JSON text as the inside of a template literal. */
function literal(json: string): string {
  return json.replace(/[\\`]|\$(?=\{)/g, "\\$&");
}

function json(value: unknown): string {
  return literal(JSON.stringify(value));
}

/** A template as an expression, without the template when it is one expression already. */
function expression(template: string): string {
  const inner = /^\$\{([^{}`]*)\}$/.exec(template)?.[1];
  return inner ?? `\`${template}\``;
}

/** The classes for which an output surely writes its path. */
function certainClasses(output: Output): readonly EventClass[] {
  if (output.kind === "constant") return eventClasses;
  if (output.kind === "class") return [...output.values.keys()];
  if (!isCertain(output)) return [];
  return output.classes === undefined ? eventClasses : [...output.classes];
}

/** Whether a node is written for every event. */
function isAlways(node: ObjectNode | LeafNode): boolean {
  if (node.kind === "object") return [...node.members.values()].some(isAlways);
  return new Set(node.outputs.flatMap(certainClasses)).size === eventClasses.length;
}

export class SerializerCompiler {
  readonly #mapping: Mapping;
  /** Fields whose texts need no escaping. */
  readonly #proven: ReadonlySet<string>;
  /** Declarations before the function: fragments, class sets, tables. Text → name. */
  readonly #declared = new Map<string, string>();
  readonly #sources = new Set<Source>();
  /** Open texts that several rules write: escaped once, at the top. */
  readonly #shared: ReadonlySet<Source>;
  #lines: string[] = [];
  #pending = "";
  #target = "document";

  constructor(mapping: Mapping, proven: ReadonlySet<string>) {
    this.#mapping = mapping;
    this.#proven = proven;
    const uses = new Map<Source, number>();
    for (const { from, transform } of mapping.fields) {
      if (!["copy", "first", "array_wrap"].includes(transform.kind)) continue;
      for (const source of from) uses.set(source, (uses.get(source) ?? 0) + 1);
    }
    this.#shared = new Set(
      [...uses]
        .filter(([source, count]) => count > 1 && this.#isOpenText(source))
        .map(([one]) => one),
    );
  }

  /** The declarations and the function. */
  render(name: string): string {
    this.#object(layoutOf(this.#mapping.outputs), []);
    this.#flush();
    const reads = [...this.#sources].map((source) => `  ${this.#read(source)}\n`);
    const texts = [...this.#shared].map(
      (source) => `  const ${source}_text = ${source} === undefined ? "" : quote(${source});\n`,
    );
    const declarations = [...this.#declared].map(
      ([text, constant]) => `const ${constant}${text}\n`,
    );
    return (
      `${declarations.join("")}\n` +
      `/** The ${this.#mapping.schema} document of a valid event, as JSON text. */\n` +
      `export function ${name}(event: EventRecord, chain?: ChainLink): string {\n` +
      `  const eventClass = classNumber(event);\n${reads.join("")}${texts.join("")}` +
      `  let document = "";\n${this.#lines.join("")}  return document;\n}\n`
    );
  }

  // ——— statements

  #flush(): void {
    if (this.#pending === "") return;
    this.#lines.push(`  ${this.#target} += \`${this.#pending}\`;\n`);
    this.#pending = "";
  }

  #write(template: string): void {
    this.#pending += template;
  }

  #writeIf(conditions: readonly string[], template: string): void {
    if (conditions.length === 0) {
      this.#write(template);
      return;
    }
    this.#flush();
    this.#lines.push(`  if (${conditions.join(" && ")}) ${this.#target} += \`${template}\`;\n`);
  }

  #declare(prefix: string, text: string): string {
    const name = this.#declared.get(text) ?? `${prefix}${this.#declared.size + 1}`;
    this.#declared.set(text, name);
    return name;
  }

  // ——— objects and members

  #separator(separator: Separator): string {
    if (separator === "none") return "";
    if (separator === "comma") return ",";
    return `\${${separator.emptyWhile} === "" ? "" : ","}`;
  }

  #object(node: ObjectNode, path: readonly string[]): void {
    this.#write("{");
    this.#members(node, "comma", path);
    this.#write("}");
  }

  /** Members of an object, the first without a separator, the others with `separator`. */
  #members(node: ObjectNode, separator: Separator, path: readonly string[]): void {
    const members = [...node.members];
    for (let index = 0; index < members.length; ) {
      const ahead = index === 0 ? "none" : separator;
      // A separator decided at run time must see what was written before it.
      if (typeof ahead === "object") this.#flush();
      const run = classRun(members.slice(index));
      if (run.length > 0) {
        this.#classFragment(run, ahead);
        index += run.length;
        const last = run.at(-1)?.[1];
        // The rules that write the last path of the run for the other classes.
        if (last) this.#fieldLeaf(run.at(-1)?.[0] ?? "", last.outputs.slice(1), separator);
        continue;
      }
      const [name, member] = members[index] ?? ["", undefined];
      if (member?.kind === "leaf") this.#fieldLeaf(name, member.outputs, ahead);
      else if (member) this.#innerObject([...path, name], member, ahead);
      index += 1;
    }
  }

  #innerObject(path: readonly string[], node: ObjectNode, separator: Separator): void {
    const [first] = node.members.values();
    const key = `${this.#separator(separator)}${json(path.at(-1))}:`;
    if (first !== undefined && isAlways(first)) {
      this.#write(key);
      this.#object(node, path);
      return;
    }
    const single = soleOutput(node);
    if (single !== undefined) {
      const { conditions, template } = this.#value(single.output);
      const inner = single.path.map((part) => `{${json(part)}:`).join("");
      this.#writeIf(conditions, `${key}${inner}${template}${"}".repeat(single.path.length)}`);
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
    const test = isAlways(node) ? [] : [`${own} !== ""`];
    this.#writeIf(test, `${key}{\${${own}}}`);
  }

  /** Neighbouring members that depend on the class alone: one fragment per class. */
  #classFragment(run: readonly (readonly [string, LeafNode])[], separator: Separator): void {
    const fragments = eventClasses.map((eventClass) => {
      let text = "";
      for (const [name, leaf] of run) {
        const output = leaf.outputs[0];
        const value = output?.kind === "class" ? output.values.get(eventClass) : undefined;
        if (value === undefined) continue;
        const comma = text === "" && separator !== "comma" ? "" : ",";
        text += `${comma}${JSON.stringify(name)}:${JSON.stringify(value)}`;
      }
      return `  ${JSON.stringify(text)}, // ${eventClass}\n`;
    });
    const name = this.#declare("fragment", `: readonly string[] = [\n${fragments.join("")}];`);
    const fragment = `${name}[eventClass]`;
    if (typeof separator === "string") this.#write(`\${${fragment}}`);
    else this.#writeIf([`${fragment} !== ""`], `${this.#separator(separator)}\${${fragment}}`);
  }

  /** A path that one or several rules write. */
  #fieldLeaf(name: string, outputs: readonly Output[], separator: Separator): void {
    for (const output of outputs) {
      const { conditions, template } = this.#value(output);
      this.#writeIf(conditions, `${this.#separator(separator)}${json(name)}:${template}`);
    }
  }

  // ——— values

  #value(output: Output): { conditions: readonly string[]; template: string } {
    if (output.kind === "constant") return { conditions: [], template: json(output.value) };
    if (output.kind === "class")
      throw new Error(`${output.to} is written by rules before its class`);
    const conditions: string[] = [];
    if (output.classes !== undefined) {
      const { classes } = output;
      const flags = eventClasses.map((one) => classes.has(one));
      conditions.push(
        `${this.#declare("when", `: readonly boolean[] = ${JSON.stringify(flags)};`)}[eventClass]`,
      );
    }
    const present = this.#present(output);
    const template = this.#text(output);
    if (present === undefined) return { conditions, template };
    if (output.otherwise === undefined) return { conditions: [...conditions, present], template };
    const absent = `\`${json(output.otherwise)}\``;
    return { conditions, template: `\${${present} ? ${expression(template)} : ${absent}}` };
  }

  /** The condition under which a rule's fields yield a value; `undefined`: always. */
  #present(output: FieldOutput): string | undefined {
    const open = output.from.filter((source) => !isCertainSource(source));
    if (open.length < output.from.length) return undefined;
    const tests = open.map((source) => `${this.#local(source)} !== undefined`);
    return tests.length === 1 ? tests[0] : `(${tests.join(" || ")})`;
  }

  /** JSON text of what a rule yields, given that its fields are there. */
  #text(output: FieldOutput): string {
    const { transform, from } = output;
    const [source] = from;
    if (source === undefined) throw new Error(`${output.to} has no source`);
    const local = this.#local(source);
    switch (transform.kind) {
      case "copy":
        return this.#copy(source);
      case "constant":
        return json(transform.value);
      case "lookup":
        return `\${${this.#table(transform.table)}[${local}]}`;
      case "ms_to_ns":
        return `\${nanosecondsText(${local})}`;
      case "ms_to_s":
        return `\${${local} / 1000}`;
      case "iso_to_epoch_seconds":
        return `\${epochSecondsText(${local})}`;
      case "array_wrap":
        return `[${this.#copy(source)}]`;
      case "collect":
        return `\${${this.#collect(from)}}`;
      case "first":
        return `\${${this.#first(from)}}`;
      case "summary":
        return `\${quote(summaryOf(${local}))}`;
      case "json_string":
        return `\${quote(JSON.stringify(${local}))}`;
      case "flat_keys":
        return `\${JSON.stringify(flatKeys(${local}))}`;
    }
  }

  #copy(source: Source): string {
    const local = this.#local(source);
    if (this.#shared.has(source)) return `\${${local}_text}`;
    if (this.#isOpenText(source)) return `\${quote(${local})}`;
    switch (kindOf(source)) {
      case "keyword":
      case "time":
        return `"\${${local}}"`;
      case "keyword[]":
        return `\${quoteList(${local})}`;
      case "object":
        return `\${JSON.stringify(${local})}`;
      default:
        return `\${${local}}`;
    }
  }

  #first(from: readonly Source[]): string {
    const [source, ...rest] = from;
    if (source === undefined) return '""';
    const own = expression(this.#copy(source));
    if (rest.length === 0 || isCertainSource(source)) return own;
    return `${this.#local(source)} !== undefined ? ${own} : ${this.#first(rest)}`;
  }

  /** Most events have only the first of the fields; the others take the general road. */
  #collect(from: readonly Source[]): string {
    const [source, ...rest] = from.map((one) => this.#local(one));
    if (source === undefined || from[0] === undefined) return '"[]"';
    const alone = [`${source} !== undefined`, ...rest.map((one) => `${one} === undefined`)];
    const all = `collectText([${[source, ...rest].join(", ")}])`;
    return `${alone.join(" && ")} ? \`[${this.#copy(from[0])}]\` : ${all}`;
  }

  #table(table: Table): string {
    const rows = [...table.entries].map(
      ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(JSON.stringify(value))}`,
    );
    return this.#declare("table", ` = { ${rows.join(", ")} } as const;`);
  }

  #isOpenText(source: Source): boolean {
    return kindOf(source) === "keyword" && !this.#proven.has(source);
  }

  #local(source: Source): string {
    if (source === "canonical_event") return "event";
    this.#sources.add(source);
    return source;
  }

  #read(source: Source): string {
    const isChain = source === "chain_seq" || source === "chain_hash";
    return `const ${source} = ${isChain ? "chain?" : "event"}.${source};`;
  }
}

function kindOf(source: Source): string {
  if (source === "chain_seq") return "integer";
  if (source === "chain_hash") return "keyword";
  return source === "canonical_event" ? "event" : eventFields[source].kind;
}

function isCertainSource(source: Source): boolean {
  return ["event_id", "event_type", "timestamp", "canonical_event"].includes(source);
}

/**
 * The members at the head of a list that the class decides. A path that other rules write for other
 * classes ends the run, so that those rules can follow in their place.
 */
function classRun(
  members: readonly (readonly [string, ObjectNode | LeafNode])[],
): readonly (readonly [string, LeafNode])[] {
  const run: (readonly [string, LeafNode])[] = [];
  for (const [name, node] of members) {
    if (node.kind !== "leaf" || node.outputs[0]?.kind !== "class") break;
    run.push([name, node]);
    if (node.outputs.length > 1) break;
  }
  return run;
}

/** The single output below an object, with the path to it, when there is just one. */
function soleOutput(node: ObjectNode): { path: readonly string[]; output: Output } | undefined {
  const [entry, ...others] = node.members;
  if (entry === undefined || others.length > 0) return undefined;
  const [name, member] = entry;
  if (member.kind === "leaf") {
    const [output] = member.outputs;
    if (output?.kind !== "field" || member.outputs.length > 1) return undefined;
    return { path: [name], output };
  }
  const inner = soleOutput(member);
  return inner && { path: [name, ...inner.path], output: inner.output };
}

/** The function that numbers the classes of events, shared by the serializers. */
export function renderClassNumber(): string {
  const number = (eventClass: string): number => eventClasses.indexOf(eventClass);
  const tree = Map.groupBy(eventClasses, (one) => one.split("/")[0] ?? "");
  const subtypeField: Readonly<Record<string, string>> = {
    policy_event: "policy_event_type",
    security_event: "security_event_type",
    activity_event: "activity_type",
  };
  let text = "";
  for (const [eventType, classes] of tree) {
    text += `    case ${JSON.stringify(eventType)}:\n`;
    const field = subtypeField[eventType];
    if (field === undefined) {
      text += `      return ${number(eventType)};\n`;
      continue;
    }
    const states = classes.some((one) => one.split("/").length === 3);
    text += `      switch (event.${field}) {\n`;
    for (const subtype of new Set(classes.map((one) => one.split("/")[1] ?? ""))) {
      const base = number(`${eventType}/${subtype}${states ? "/blocked" : ""}`);
      const label = subtype === "other" ? "default" : `case ${JSON.stringify(subtype)}`;
      text += `        ${label}:\n          return ${base}${states ? " + blockNumber(event.auto_blocked)" : ""};\n`;
    }
    text += "      }\n";
  }
  return (
    'import type { EventRecord } from "../mapping/event-class.ts";\n\n' +
    "function blockNumber(autoBlocked: boolean | undefined): number {\n" +
    "  return autoBlocked === undefined ? 2 : autoBlocked ? 0 : 1;\n}\n\n" +
    "/** Number of an event's class: its place in `eventClasses`. */\n" +
    "export function classNumber(event: EventRecord): number {\n" +
    `  switch (event.event_type) {\n${text}  }\n}\n`
  );
}

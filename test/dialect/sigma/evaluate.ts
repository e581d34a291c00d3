/**
 * What a Sigma detection means, from the specification: strings compare without case, `*` and `?` are
 * wildcards unless escaped, a list of values is one of them. Of a list in the event any element counts,
 * as the backends with lists have it.
 */
export type Event = Readonly<Record<string, unknown>>;

type Body = Readonly<Record<string, unknown>>;

function literal(character: string): string {
  return character.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
}

/** Sigma's wildcard pattern as a regular expression over the whole value. */
function patternOf(text: string): RegExp {
  let source = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const next = text[at + 1];
    if (character === "\\" && next !== undefined && "\\*?".includes(next)) {
      source += literal(next);
      at += 1;
    } else if (character === "*") source += ".*";
    else if (character === "?") source += ".";
    else source += literal(character);
  }
  return new RegExp(`^${source}$`, "isu");
}

function equals(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(found)) return found.some((element) => equals(element, wanted));
  if (typeof wanted === "string") return typeof found === "string" && patternOf(wanted).test(found);
  return found === wanted;
}

function matches(key: string, wanted: unknown, event: Event): boolean {
  const [field = "", modifier] = key.split("|");
  const found = event[field];
  const limit = Number(wanted);
  switch (modifier) {
    case undefined:
      return (Array.isArray(wanted) ? wanted : [wanted]).some((one) => equals(found, one));
    case "exists":
      return (found !== undefined) === wanted;
    case "lt":
      return typeof found === "number" && found < limit;
    case "lte":
      return typeof found === "number" && found <= limit;
    case "gt":
      return typeof found === "number" && found > limit;
    case "gte":
      return typeof found === "number" && found >= limit;
    default:
      throw new Error(`modifier ${modifier}`);
  }
}

/** Evaluates a condition over selections by Sigma's precedence: not, and, or. */
function conditionHolds(condition: string, truth: (name: string) => boolean): boolean {
  const words = condition.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const unit = (): boolean => {
    const word = words[at];
    at += 1;
    if (word === "not") return !unit();
    if (word !== "(") return truth(word ?? "");
    const inner = disjunction();
    at += 1;
    return inner;
  };
  const conjunction = (): boolean => {
    let all = unit();
    while (words[at] === "and") {
      at += 1;
      const next = unit();
      all &&= next;
    }
    return all;
  };
  const disjunction = (): boolean => {
    let any = conjunction();
    while (words[at] === "or") {
      at += 1;
      const next = conjunction();
      any ||= next;
    }
    return any;
  };
  return disjunction();
}

/** Whether an event matches the `detection` of a rule. */
export function detects(detection: Body, event: Event): boolean {
  return conditionHolds(String(detection["condition"]), (name) => {
    const selection = detection[name];
    if (selection === undefined) throw new Error(`no selection ${name}`);
    return Object.entries(selection as Body).every(([key, wanted]) => matches(key, wanted, event));
  });
}

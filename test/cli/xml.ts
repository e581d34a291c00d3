/** Reads XML 1.0 strictly enough to refuse what a CI system would refuse. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, without that of children. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

function decode(raw: string): string {
  if (/[<]/.test(raw)) throw new Error(`a bare "<" in ${JSON.stringify(raw)}`);
  for (const character of raw) {
    const code = character.codePointAt(0) ?? 0;
    const legal =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 32 && code < 0xd800) ||
      (code > 0xdfff && code < 0xfffe) ||
      code > 0xffff;
    if (!legal) throw new Error(`the character ${code} is not legal in XML`);
  }
  return raw.replace(/&(#\d+|[a-z]+)?(;?)/g, (whole, name: string | undefined, end: string) => {
    const value = name?.startsWith("#")
      ? String.fromCodePoint(Number(name.slice(1)))
      : ENTITIES[name ?? ""];
    if (value === undefined || end !== ";") throw new Error(`a bare "&" at ${whole}`);
    return value;
  });
}

function readAttributes(raw: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  let rest = raw;
  while (rest.trim() !== "") {
    const match = /^\s+([A-Za-z_][\w.-]*)="([^"<]*)"/.exec(rest);
    if (match === null) throw new Error(`no attribute: ${rest}`);
    const [whole, name = "", value = ""] = match;
    if (name in attributes) throw new Error(`${name} stands twice`);
    attributes[name] = decode(value);
    rest = rest.slice(whole.length);
  }
  return attributes;
}

interface Open {
  readonly name: string;
  readonly attributes: XmlElement["attributes"];
  readonly children: XmlElement[];
  text: string;
}

/** The root element. @throws When the text is not well-formed. */
export function parseXml(text: string): XmlElement {
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  if (body === text) throw new Error("no XML declaration");
  const outer: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [outer];
  const tag = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z_][\w.-]*="[^"<]*")*)\s*(\/?)>/y;
  for (let at = 0; at < body.length; ) {
    const top = stack.at(-1) ?? outer;
    if (body[at] !== "<") {
      const end = body.indexOf("<", at);
      const raw = body.slice(at, end === -1 ? body.length : end);
      top.text += decode(raw);
      at += raw.length;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(body);
    if (match === null) throw new Error(`no tag at ${body.slice(at, at + 60)}`);
    const [whole, closing, name = "", attributes = "", empty] = match;
    at += whole.length;
    if (closing === "/") {
      if (top.name !== name) throw new Error(`${name} closes ${top.name}`);
      stack.pop();
      continue;
    }
    const element: Open = { name, attributes: readAttributes(attributes), children: [], text: "" };
    top.children.push(element);
    if (empty !== "/") stack.push(element);
  }
  const [root] = outer.children;
  if (
    stack.length !== 1 ||
    root === undefined ||
    outer.children.length !== 1 ||
    outer.text.trim() !== ""
  )
    throw new Error("not one closed root element");
  return root;
}

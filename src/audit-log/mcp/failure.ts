/** What errors of MCP clients tell, without their texts: those may repeat what a server has said. */
import { membersOf, nameOf } from "../text.ts";

/** Deeper causes are not followed; an error may refer to itself. */
const CAUSES_MAX = 5;

function withCauses(error: unknown): readonly Readonly<Record<string, unknown>>[] {
  const chain: Readonly<Record<string, unknown>>[] = [];
  let next = error;
  while (typeof next === "object" && next !== null && chain.length < CAUSES_MAX) {
    chain.push(membersOf(next));
    next = membersOf(next)["cause"];
  }
  return chain;
}

/** Some classes of the SDK have no name of their own on their errors. */
function className(error: Readonly<Record<string, unknown>>): string | undefined {
  const maker = error["constructor"];
  return nameOf(typeof maker === "function" ? maker.name : error["name"]);
}

/**
 * Why a server did not accept who asked: `401`, `403`, or the class of an OAuth error of the SDK;
 * `undefined` for every other error.
 */
export function authenticationFailure(error: unknown): string | undefined {
  for (const one of withCauses(error)) {
    const { code, status } = one;
    for (const number of [code, status])
      if (number === 401 || number === 403) return String(number);
    const name = className(one) ?? "";
    if (
      /Unauthorized|InvalidToken|AccessDenied|InvalidGrant|InvalidClient|InsufficientScope/.test(
        name,
      )
    )
      return name;
  }
  return undefined;
}

/** What kind of error it was: its class, and its number where it has one, such as `McpError -32001`. */
export function errorName(error: unknown): string {
  const members = membersOf(error);
  const { code } = members;
  const name = className(members) ?? "unknown";
  return typeof code === "number" || typeof code === "string"
    ? `${name} ${code}`.slice(0, 256)
    : name;
}

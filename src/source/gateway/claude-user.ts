/**
 * `metadata.user_id` of the Messages API as Claude Code fills it: which installation, account and session
 * a request is from. Gateways log it as the end user.
 *
 * Two forms are in use: `user_<id>_account_<uuid>_session_<uuid>`, and a JSON object with `device_id`,
 * `account_uuid` and `session_id`.
 */

export interface ClaudeUser {
  readonly account: string | undefined;
  readonly installation: string | undefined;
  readonly session: string | undefined;
}

const COMPOSITE =
  /^user_([0-9a-f]{1,128})_account_([0-9A-Za-z-]{0,64})_session_([0-9A-Za-z-]{1,64})$/;

function member(value: object, name: string): string | undefined {
  const held: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof held === "string" && held !== "" ? held : undefined;
}

/** The parts of such an id; `undefined` for ids of any other form. */
export function parseClaudeUser(id: string): ClaudeUser | undefined {
  const parts = COMPOSITE.exec(id);
  if (parts !== null) {
    const [, installation, account, session] = parts;
    return { account: account || undefined, installation, session };
  }
  if (!id.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(id);
    if (typeof value !== "object" || value === null || !("session_id" in value)) return undefined;
    return {
      account: member(value, "account_uuid"),
      installation: member(value, "device_id"),
      session: member(value, "session_id"),
    };
  } catch {
    // Anything may stand in this field; what is no JSON is an id of some other client.
    return undefined;
  }
}

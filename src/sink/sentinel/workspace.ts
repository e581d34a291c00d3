/**
 * Queries of a Log Analytics workspace ("Access the Azure Monitor Log Analytics API").
 *
 * Query text is built from names of the configuration that were checked, and from numbers and times that
 * are computed here: nothing from events ever enters it.
 */
import type { HttpClient } from "../http/post.ts";
import { judgeFailure, type Refusal, serviceError } from "./answer.ts";
import type { TokenSource } from "./tokens.ts";

export interface Workspace {
  /** Name of the audit table. */
  readonly table: string;
  /** Rows of a query's only table, or why there are none. */
  readonly query: (text: string, signal: AbortSignal) => Promise<QueryResult>;
}

export type QueryResult =
  | { readonly kind: "rows"; readonly rows: readonly (readonly unknown[])[] }
  | (Refusal & { readonly status?: number });

/** The API answers with at most 64,000,000 bytes and 500,000 rows ("Azure Monitor service limits"). */
const ANSWER_BYTES_MAX = 64_000_000;
export const ANSWER_ROWS_MAX = 500_000;

const READ_ROLE =
  "Give the identity that reads the role Log Analytics Reader on the workspace, and check workspace_id and cloud.";

interface Answer {
  readonly tables?: readonly { readonly rows?: readonly (readonly unknown[])[] }[];
  readonly error?: unknown;
}

/** Rows of an answer that is whole: with `error` beside the tables it is a part of the result only. */
function readRows(body: string): readonly (readonly unknown[])[] | undefined {
  try {
    const answer = JSON.parse(body) as Answer | null;
    if (answer?.error !== undefined) return undefined;
    const rows = answer?.tables?.[0]?.rows;
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    // A page of a proxy, or an answer that was cut.
    return undefined;
  }
}

function judgeRefused(status: number, body: string): QueryResult {
  const { code, message } = serviceError(body);
  const said = [code, message].filter((part) => part !== "").join(": ");
  const reason = `the workspace answered ${status}${said === "" ? "" : ` (${said})`}`;
  if (status === 429 || status >= 500 || status < 400) return { kind: "retry", reason, status };
  return { kind: "hold", reason, status, instruction: READ_ROLE };
}

export function createWorkspace(
  { id, table, endpoint }: { readonly id: string; readonly table: string; readonly endpoint: URL },
  { http, tokens }: { readonly http: HttpClient; readonly tokens: TokenSource },
): Workspace {
  const url = new URL(`/v1/workspaces/${encodeURIComponent(id)}/query`, endpoint);
  return {
    table,
    query: async (text, signal) => {
      const token = await tokens.get(signal);
      if (token.kind !== "token") return token;
      const headers = {
        authorization: `Bearer ${token.token}`,
        "content-type": "application/json",
      };
      const body = JSON.stringify({ query: text });
      const request = { url, headers, body, answerBytesMax: ANSWER_BYTES_MAX };
      const result = await http.send(request, signal);
      if (result.failure !== undefined) return judgeFailure(result, "the query API");
      if (result.status === 401) tokens.discard();
      const rows = result.status === 200 ? readRows(result.body) : undefined;
      return rows === undefined ? judgeRefused(result.status, result.body) : { kind: "rows", rows };
    },
  };
}

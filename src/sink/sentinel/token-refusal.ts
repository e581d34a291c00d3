/** What it means when no token is issued. */
import { retryAfterMs } from "../../delivery/retry-after.ts";
import { judgeFailure, type Refusal } from "./answer.ts";
import type { Exchange } from "./pipeline-client.ts";

/** AADSTS codes that pass by themselves: the service is busy or a dependency of it is down. */
const TRANSIENT_CODES = new Set([90033, 90055, 90012, 50196, 1000002, 90090]);

/** What to do about the AADSTS codes that senders meet ("Microsoft Entra authentication error codes"). */
const codeInstructions: Readonly<Record<number, string>> = {
  7000215: "The client secret is wrong: put the secret's value there, not its id.",
  7000222: "The client secret has expired: make a new one in the app registration.",
  700016: "The app registration is not in this tenant: check client_id and tenant_id.",
  700027: "The certificate is not one of the app registration: upload its public part there.",
  90002: "The tenant does not exist: check tenant_id and cloud.",
  900023: "tenant_id is no tenant: copy it from the overview page of Microsoft Entra ID.",
  7000112: "The app registration is disabled: enable it.",
  500011: "The tenant does not know Azure Monitor: check that cloud fits the tenant.",
  53003: "Conditional access refuses this sign-in: exempt the workload or its address.",
  70021: "No federated credential fits the token: compare issuer, subject and audience.",
  700213: "No federated credential fits the token: compare issuer, subject and audience.",
  700211: "No federated credential has this issuer: compare it with the cluster's.",
  700024: "The assertion is not valid now: set the clock of this machine.",
};

const GENERAL_INSTRUCTION =
  "Check auth, tenant_id, client_id and the secret; the sign-in logs of Microsoft Entra ID say more.";

const OAUTH_TRANSIENT = new Set(["temporarily_unavailable", "server_error"]);

interface OauthError {
  readonly error: string;
  readonly code: number | undefined;
}

/** The machine-readable parts of an OAuth error (RFC 6749, section 5.2); its text may hold names of users. */
function oauthError(body: string): OauthError {
  const error = /"error"\s*:\s*"([a-z_]{1,60})"/.exec(body)?.[1] ?? "";
  const code = /AADSTS([0-9]{4,8})/.exec(body)?.[1];
  return { error, code: code === undefined ? undefined : Number(code) };
}

/**
 * Judges the last exchange with the token endpoint after which there was no token.
 *
 * @param who The principal in words.
 */
export function judgeTokenExchange({ result }: Exchange, who: string, now: number): Refusal {
  const peer = "the token endpoint";
  if (result.failure !== undefined) return judgeFailure(result, peer);
  const { status, headers, body } = result;
  const { error, code } = oauthError(body);
  const name = code === undefined ? error : `AADSTS${code}`;
  const said = name === "" ? "" : ` (${name})`;
  const reason = `${peer} gave no token to ${who}, but answered ${status}${said}`;
  const passes =
    status < 300 || status === 408 || status === 429 || status >= 500 || OAUTH_TRANSIENT.has(error);
  if (passes || (code !== undefined && TRANSIENT_CODES.has(code))) {
    const afterMs = retryAfterMs(headers["retry-after"], now);
    return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
  }
  const instruction =
    (code === undefined ? undefined : codeInstructions[code]) ?? GENERAL_INSTRUCTION;
  return { kind: "hold", reason, instruction };
}

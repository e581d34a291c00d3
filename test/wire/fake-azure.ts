/**
 * As much of Azure as a sender of logs meets, on one loopback port over TLS: Microsoft Entra ID's token
 * endpoint, the Logs Ingestion API and the Log Analytics query API. It refuses what the real ones refuse,
 * keeps what they would keep, and changes in silence what they would change.
 */
import { randomUUID } from "node:crypto";
import type { Certificate } from "./certificate.ts";
import { entraError, json, serviceError } from "./fake-azure-answer.ts";
import { judgeAssertion } from "./fake-azure-assertion.ts";
import { takeRows } from "./fake-azure-ingestion.ts";
import { AzureWorkspace } from "./fake-azure-workspace.ts";
import {
  type FakeRequest,
  type FakeResponse,
  type FakeServer,
  startFakeServer,
} from "./fake-server.ts";

export const TENANT = "11111111-2222-4333-8444-555555555555";
export const WORKSPACE_ID = "99999999-8888-4777-8666-555555555555";
export const DCR = "dcr-0123456789abcdef0123456789abcdef";

/** An app registration or managed identity and what it may do. */
export interface FakePrincipal {
  readonly clientId: string;
  /** Changes when somebody rotates it. */
  secret?: string;
  /** PEM of the certificate that was uploaded for it. */
  certificate?: string;
  /** Monitoring Metrics Publisher on the data collection rule. */
  mayWrite: boolean;
  /** Log Analytics Reader on the workspace. */
  mayRead: boolean;
}

interface IssuedToken {
  readonly principal: FakePrincipal;
  readonly audience: string;
  expiresAt: number;
  /** Continuous access evaluation has called it off. */
  revoked: boolean;
}

export interface FakeAzureOptions {
  readonly tls: Certificate;
  readonly principals: readonly FakePrincipal[];
  readonly plan?: "analytics" | "auxiliary";
  /** Seconds that tokens are good for. */
  readonly tokenSeconds?: number;
}

export interface FakeAzure {
  readonly server: FakeServer;
  readonly url: string;
  readonly workspace: AzureWorkspace;
  /** Every token that was issued, and every secret. */
  readonly secrets: () => readonly string[];
  /** How often a token was asked for. */
  readonly tokenRequests: () => number;
  /** Tokens are past their time from now on. */
  readonly expireTokens: () => void;
  /** Tokens issued so far answer a claims challenge. */
  readonly revokeTokens: () => void;
  /** What the token endpoint answers instead, until it is called without. */
  readonly breakTokens: (answer?: FakeResponse) => void;
  readonly close: () => Promise<void>;
}

const AUDIENCES = new Set([
  "https://monitor.azure.com",
  "https://monitor.azure.us",
  "https://monitor.azure.cn",
  "https://api.loganalytics.io",
  "https://api.loganalytics.us",
  "https://api.loganalytics.azure.cn",
]);

/** Whether the request is one that carries data. */
export function carriesData(request: FakeRequest): boolean {
  return request.path.startsWith("/dataCollectionRules/");
}

/** Starts an Azure in which nobody has sent anything yet. */
export async function startFakeAzure(options: FakeAzureOptions): Promise<FakeAzure> {
  const tokens = new Map<string, IssuedToken>();
  const workspace = new AzureWorkspace();
  let tokenRequests = 0;
  let brokenAnswer: FakeResponse | undefined;

  function issue(principal: FakePrincipal, audience: string, seconds: number): string {
    const token = `header.${randomUUID()}.signature`;
    const expiresAt = Date.now() + seconds * 1000;
    tokens.set(token, { principal, audience, expiresAt, revoked: false });
    return token;
  }

  function metadata(request: FakeRequest): FakeResponse {
    const tenant = request.path.split("/")[1] ?? "";
    if (tenant !== TENANT)
      return entraError(400, "invalid_tenant", 90002, `Tenant '${tenant}' not found.`);
    const base = `https://${request.headers.host}/${tenant}`;
    return json(200, {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    });
  }

  function tokenAnswer(request: FakeRequest): FakeResponse {
    tokenRequests += 1;
    if (brokenAnswer !== undefined) return brokenAnswer;
    const form = new URLSearchParams(request.body.toString());
    const principal = options.principals.find((one) => one.clientId === form.get("client_id"));
    if (principal === undefined)
      return entraError(400, "unauthorized_client", 700016, "Application was not found.");
    if (form.get("grant_type") !== "client_credentials")
      return entraError(400, "unsupported_grant_type", 70003, "The grant is not supported.");
    const assertion = form.get("client_assertion");
    if (assertion !== null) {
      const audience = `https://${request.headers.host}${request.path}`;
      if (!judgeAssertion(assertion, principal, audience))
        return entraError(401, "invalid_client", 700027, "The certificate is not registered.");
    } else if (principal.secret === undefined || form.get("client_secret") !== principal.secret)
      return entraError(401, "invalid_client", 7000215, "Invalid client secret provided.");
    const scope = (form.get("scope") ?? "").split(" ").find((one) => one.endsWith("/.default"));
    const audience = scope?.slice(0, -"/.default".length) ?? "";
    if (!AUDIENCES.has(audience))
      return entraError(400, "invalid_resource", 500011, "The resource principal was not found.");
    const expires_in = options.tokenSeconds ?? 3599;
    const access_token = issue(principal, audience, expires_in);
    return json(200, {
      token_type: "Bearer",
      expires_in,
      ext_expires_in: expires_in,
      access_token,
    });
  }

  /** App Service's endpoint for managed identities. */
  function identityAnswer(request: FakeRequest): FakeResponse {
    tokenRequests += 1;
    if (request.headers["x-identity-header"] === undefined) return { status: 401 };
    const principal = options.principals.find(({ secret }) => secret === undefined);
    const resource = request.query.get("resource") ?? "";
    if (principal === undefined || !AUDIENCES.has(resource))
      return json(400, { statusCode: 400, message: "No managed identity was found." });
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    return json(200, {
      access_token: issue(principal, resource, 3600),
      expires_on,
      resource,
      token_type: "Bearer",
    });
  }

  /** Who sends, or the answer to a token that is none. */
  function authenticate(request: FakeRequest, audience: RegExp): FakePrincipal | FakeResponse {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const issued = tokens.get(token);
    if (issued?.revoked === true) {
      const claims = Buffer.from('{"access_token":{"nbf":{"essential":true}}}').toString("base64");
      const challenge = `Bearer realm="", authorization_uri="https://login", error="insufficient_claims", claims="${claims}"`;
      return json(401, { error: { code: "Unauthorized" } }, { "www-authenticate": challenge });
    }
    if (issued === undefined || issued.expiresAt <= Date.now() || !audience.test(issued.audience)) {
      const challenge = 'Bearer authorization_uri="https://login", error="invalid_token"';
      const error = { code: "InvalidToken", message: "Failed to resolve tenant ID of request." };
      return json(401, { error }, { "www-authenticate": challenge });
    }
    return issued.principal;
  }

  function answer(request: FakeRequest): FakeResponse {
    const { path } = request;
    if (path.endsWith("/v2.0/.well-known/openid-configuration")) return metadata(request);
    if (path === `/${TENANT}/oauth2/v2.0/token`) return tokenAnswer(request);
    if (path === "/msi/token") return identityAnswer(request);
    if (carriesData(request)) {
      const who = authenticate(request, /^https:\/\/monitor\.azure\./);
      if ("status" in who) return who;
      return takeRows(request, who.mayWrite, DCR, workspace, options.plan ?? "analytics");
    }
    if (path === `/v1/workspaces/${WORKSPACE_ID}/query`) {
      const who = authenticate(request, /^https:\/\/api\.loganalytics\./);
      if ("status" in who) return who;
      if (!who.mayRead)
        return serviceError(
          403,
          "InsufficientAccessError",
          "The provided credentials have insufficient access to perform the requested operation",
        );
      return workspace.answer(request);
    }
    return serviceError(404, "PathNotFoundError", "The requested path does not exist");
  }

  const server = await startFakeServer(answer, options.tls);
  return {
    server,
    url: server.url,
    workspace,
    secrets: () => [...tokens.keys(), ...options.principals.flatMap(({ secret }) => secret ?? [])],
    tokenRequests: () => tokenRequests,
    expireTokens: () => {
      for (const token of tokens.values()) token.expiresAt = 0;
    },
    revokeTokens: () => {
      for (const token of tokens.values()) token.revoked = true;
    },
    breakTokens: (broken) => {
      brokenAnswer = broken;
    },
    close: server.close,
  };
}

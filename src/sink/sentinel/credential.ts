/** Credentials of `@azure/identity` as the settings ask for them. */
import type { TokenCredentialOptions } from "@azure/identity";
import { describeSecret, type ReadSecret, type SecretReference } from "../../config/secret.ts";
import type { AuthKind } from "./options.ts";
import type { OneAttempt } from "./pipeline-client.ts";

export type IdentityPackage = typeof import("@azure/identity");

/** A credential; the type of the package's classes, without needing another package's types. */
export type Credential = Pick<InstanceType<IdentityPackage["ClientSecretCredential"]>, "getToken">;

/** Who asks for tokens, and how it proves that. */
export interface Principal {
  readonly auth: AuthKind;
  readonly tenant_id: string | undefined;
  readonly client_id: string | undefined;
  /** Client secret or certificate with key, as `auth` says. */
  readonly secret: SecretReference | undefined;
  readonly token_file: string | undefined;
  readonly authorityHost: string;
  /** Hosts that are none of Azure's own are not looked up in Azure's list of hosts. */
  readonly isOwnHost: boolean;
}

/** The secret as it is now; `undefined` for principals that have none. */
export function readPrincipalSecret(
  { secret }: Principal,
  readSecret: ReadSecret,
): string | undefined {
  return secret === undefined ? undefined : readSecret(secret);
}

/** Where somebody has to look when a token is refused. */
export function describePrincipal({ auth, client_id, secret }: Principal): string {
  const who = client_id === undefined ? auth : `${auth} of ${client_id}`;
  return secret === undefined ? who : `${who}, ${describeSecret(secret)}`;
}

/** A credential with nothing in its cache. Throws what the package throws about unusable settings. */
export function buildCredential(
  identity: IdentityPackage,
  principal: Principal,
  secretText: string | undefined,
  attempt: OneAttempt,
): Credential {
  const { tenant_id: tenantId = "", client_id: clientId = "" } = principal;
  const options: TokenCredentialOptions & { disableInstanceDiscovery: boolean } = {
    ...attempt,
    authorityHost: principal.authorityHost,
    disableInstanceDiscovery: principal.isOwnHost,
  };
  switch (principal.auth) {
    case "client_secret":
      return new identity.ClientSecretCredential(tenantId, clientId, secretText ?? "", options);
    case "certificate": {
      const certificate = { certificate: secretText ?? "" };
      return new identity.ClientCertificateCredential(tenantId, clientId, certificate, options);
    }
    case "managed_identity":
      return new identity.ManagedIdentityCredential({
        ...options,
        ...(principal.client_id !== undefined && { clientId }),
      });
    case "workload_identity":
      return new identity.WorkloadIdentityCredential({
        ...options,
        ...(principal.tenant_id !== undefined && { tenantId }),
        ...(principal.client_id !== undefined && { clientId }),
        ...(principal.token_file !== undefined && { tokenFilePath: principal.token_file }),
      });
  }
}

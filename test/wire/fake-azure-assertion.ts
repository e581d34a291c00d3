/** Checks the signed assertion of a principal that has a certificate (RFC 7523, Entra's dialect). */
import { constants, verify, X509Certificate } from "node:crypto";

interface Claims {
  readonly aud?: string;
  readonly iss?: string;
  readonly sub?: string;
  readonly exp?: number;
}

function decode(part: string | undefined): unknown {
  return JSON.parse(Buffer.from(part ?? "", "base64url").toString());
}

/** Whether the assertion was signed with the key of the principal's certificate, for this audience, now. */
export function judgeAssertion(
  assertion: string,
  principal: { readonly clientId: string; readonly certificate?: string },
  audience: string,
): boolean {
  if (principal.certificate === undefined) return false;
  const [header, payload, signature] = assertion.split(".");
  const { alg } = decode(header) as { readonly alg?: string };
  const claims = decode(payload) as Claims;
  const { publicKey } = new X509Certificate(principal.certificate);
  const key =
    alg === "PS256"
      ? {
          key: publicKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        }
      : { key: publicKey };
  return (
    verify(
      "sha256",
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature ?? "", "base64url"),
    ) &&
    claims.aud === audience &&
    claims.iss === principal.clientId &&
    claims.sub === principal.clientId &&
    (claims.exp ?? 0) * 1000 > Date.now()
  );
}

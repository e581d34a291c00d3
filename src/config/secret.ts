/**
 * Secrets of a configuration: where each one lies, never what it is.
 *
 * A configuration file is copied, reviewed and committed; a token in it is a token lost. So a secret is
 * a reference, read at the moment of use: a rotated file or variable takes effect without a restart.
 */

/** Where a secret lies. */
export type SecretReference =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string };

/** Reads a secret now, without the line break that editors leave; throws `MissingSecretError`. */
export type ReadSecret = (reference: SecretReference) => string;

/** The variable is not set, the file is not readable or what is there is empty. */
export class MissingSecretError extends Error {
  override readonly name = "MissingSecretError";
}

/** A reference in words, safe to print: `environment variable ES_API_KEY`, `file /run/secrets/hec`. */
export function describeSecret(reference: SecretReference): string {
  return reference.from === "env"
    ? `environment variable ${reference.name}`
    : `file ${reference.path}`;
}

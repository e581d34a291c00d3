/** Who a request comes from: read at the moment of use, so that a rotated key needs no restart. */

import type { SecretReference } from "../../config/secret.ts";
import { describeSecret, MissingSecretError, type ReadSecret } from "../../config/secret.ts";
import type { ElasticsearchOptions } from "./option.ts";

/** The value of the header `authorization`; throws `MissingSecretError` when there is none to be had. */
export type Credential = () => string;

function readable(reference: SecretReference, read: ReadSecret): string {
  const value = read(reference);
  // Other characters cannot be in a header, and errors about headers might repeat them.
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new MissingSecretError(
    `${describeSecret(reference)} holds characters that no API key has, such as spaces or line breaks`,
  );
}

/** An API key as Elasticsearch hands it out: encoded, or as id and key with a colon between. */
export function apiKeyCredential(reference: SecretReference, read: ReadSecret): Credential {
  return () => {
    const key = readable(reference, read);
    return `ApiKey ${key.includes(":") ? Buffer.from(key).toString("base64") : key}`;
  };
}

/** The writer's credential: its API key, or user name and password (RFC 7617). */
export function writerCredential(options: ElasticsearchOptions, read: ReadSecret): Credential {
  const { api_key, username, password } = options;
  if (api_key !== undefined) return apiKeyCredential(api_key, read);
  if (username === undefined || password === undefined)
    throw new Error("the settings name neither an API key nor a user");
  return () => {
    const pair = `${read(username)}:${read(password)}`;
    return `Basic ${Buffer.from(pair).toString("base64")}`;
  };
}

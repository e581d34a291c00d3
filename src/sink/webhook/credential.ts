/** The secrets of a webhook, read at each request: what was rotated counts at once. */
import { judgeEndpoint } from "../../config/endpoint.ts";
import { describeSecret, type ReadSecret, type SecretReference } from "../../config/secret.ts";
import { refuseHost } from "./guard.ts";
import { allowedAddresses, type WebhookOptions } from "./options.ts";
import type { Hold } from "./outcome.ts";
import { PAGERDUTY_URL } from "./pagerduty.ts";
import { parseSigningSecret } from "./signature.ts";

export interface Credentials {
  readonly url: URL;
  /** Keys of signatures, the current one first. */
  readonly signingKeys: readonly Uint8Array[];
  readonly token: string | undefined;
  /** The receiver's key that goes into the body; empty when there is none. */
  readonly bodyKey: string;
}

class Unusable extends Error {
  readonly hold: Hold;

  constructor(reason: string, instruction: string) {
    super(reason);
    this.hold = { kind: "hold", reason, instruction };
  }
}

interface Reading {
  readonly options: WebhookOptions;
  readonly readSecret: ReadSecret;
}

function read({ readSecret }: Reading, key: string, reference: SecretReference): string {
  try {
    return readSecret(reference);
  } catch {
    // Whatever is wrong, the place is all that may be told about a secret.
    const where = describeSecret(reference);
    throw new Unusable(`${key} cannot be read from ${where}`, `Put the secret into ${where}.`);
  }
}

function readUrl(reading: Reading): URL {
  const { url, url_secret, allow_plain_http } = reading.options;
  if (url_secret === undefined) return url ?? new URL(PAGERDUTY_URL);
  const where = describeSecret(url_secret);
  const verdict = judgeEndpoint(read(reading, "url_secret", url_secret), allow_plain_http);
  if (verdict instanceof URL) return verdict;
  const instruction = `Put the https URL of the receiver into ${where}.`;
  throw new Unusable(`the URL in ${where} cannot be used: ${verdict.problem}`, instruction);
}

function readSigningKey(reading: Reading, key: string, reference: SecretReference): Uint8Array {
  const parsed = parseSigningSecret(read(reading, key, reference));
  if (parsed !== undefined) return parsed;
  throw new Unusable(
    `${key} is no secret of Standard Webhooks`,
    `Put whsec_ and 24 to 64 random bytes in base64 into ${describeSecret(reference)}.`,
  );
}

/** Keys and tokens that travel as text: printable and without spaces, or they would break out. */
function readText(reading: Reading, key: string, reference: SecretReference): string {
  const text = read(reading, key, reference);
  if (/^[\x21-\x7e]{1,4096}$/.test(text)) return text;
  throw new Unusable(
    `${key} holds spaces or characters that cannot be sent`,
    `Put the ${key} alone on one line into ${describeSecret(reference)}.`,
  );
}

function readAll(reading: Reading): Credentials {
  const { options } = reading;
  const url = readUrl(reading);
  const refusal = refuseHost(url.hostname, allowedAddresses(options));
  if (refusal !== undefined)
    throw new Unusable(
      refusal,
      "Send to a receiver with a public address, or set allow_private: true for one on an internal network.",
    );
  const { token, routing_key } = options;
  const signing = ["signing_secret", "signing_secret_previous"] as const;
  return {
    url,
    signingKeys: signing.flatMap((key) => {
      const reference = options[key];
      return reference === undefined ? [] : [readSigningKey(reading, key, reference)];
    }),
    token: token === undefined ? undefined : readText(reading, "token", token),
    bodyKey: routing_key === undefined ? "" : readText(reading, "routing_key", routing_key),
  };
}

/** Everything a request needs, or what somebody has to mend. */
export function readCredentials(
  options: WebhookOptions,
  readSecret: ReadSecret,
): Credentials | Hold {
  try {
    return readAll({ options, readSecret });
  } catch (error) {
    if (error instanceof Unusable) return error.hold;
    throw error;
  }
}

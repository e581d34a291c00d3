/** The sink, put together from its parts. */
import { MissingSecretError } from "../../config/secret.ts";
import type { Inventory, Sink, SinkTools } from "../../delivery/sink.ts";
import type { HttpClient } from "../http/post.ts";
import { HEALTHY_CODE, parseAnswer } from "./answer.ts";
import { checkReceiver, indexFinding } from "./check.ts";
import { Delivery } from "./delivery.ts";
import { envelopeWriter } from "./envelope.ts";
import type { SplunkOptions } from "./option.ts";
import { Proofs } from "./proof.ts";
import { Receivers, shownUrl } from "./receivers.ts";
import { type HecTransport, hecUrl } from "./transport.ts";

/** All of them are closed with the sink. */
export interface SplunkParts {
  readonly transport: HecTransport;
  /** For what the named client cannot do: acknowledgements, health, checks. */
  readonly http: HttpClient;
  readonly reader:
    | { readonly inventory: Inventory; readonly close: () => Promise<void> }
    | undefined;
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number;
}

/** A version 4 UUID (RFC 9562, section 5.4). */
function guidFrom(random: (bytes: number) => Uint8Array): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A token with a line break or blank in it is a file with more in it than the token. */
function headerSafe(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new MissingSecretError("what lies there is no token: it holds blanks or line breaks");
}

/** Whether a receiver says that it is well. */
async function isHealthy(http: HttpClient, url: URL, signal: AbortSignal): Promise<boolean> {
  const target = hecUrl(url, "/services/collector/health");
  const result = await http.send({ method: "GET", url: target, headers: {} }, signal);
  return result.status === 200 && parseAnswer(result.body)?.code === HEALTHY_CODE;
}

export function createSplunkSink(
  options: SplunkOptions,
  { name, now, random, readSecret, warn }: SinkTools,
  { transport, http, reader, monotonic }: SplunkParts,
): Sink {
  const { urls, batch_records, batch_size } = options;
  const token = (): string => headerSafe(readSecret(options.token));
  const newChannel = (): string => guidFrom(random);
  const wantsProof = options.acknowledgement === "required";
  const probe = (url: URL, signal: AbortSignal) => isHealthy(http, url, signal);
  const receivers = new Receivers({ urls, monotonic, warn, probe });
  const { acknowledgement_poll: pollMs, acknowledgement_timeout: timeoutMs } = options;
  const proofs = wantsProof
    ? new Proofs({ urls, pollMs, timeoutMs, http, token, newChannel, now })
    : undefined;
  const delivery = new Delivery({ transport, receivers, proofs, token, now, warn });
  return {
    name,
    kind: "splunk",
    target: urls.map(shownUrl).join(", "),
    // HEC takes events one after the other; a line break between them is for people who look.
    limits: { recordsMax: batch_records, bytesMax: batch_size, overheadBytes: 1 },
    encode: envelopeWriter({
      index: options.index,
      host: options.host,
      form: options.normalize,
      bytesMax: batch_size,
    }),
    send: async (batch, signal) => (batch.length === 0 ? [] : delivery.send(batch, signal)),
    check: async (signal) => {
      const checks = urls.map((url) =>
        checkReceiver({ url, token, newChannel, wantsProof, http, now }, signal),
      );
      return [...(await Promise.all(checks)).flat(), indexFinding(options.index)];
    },
    ...(reader !== undefined && { inventory: reader.inventory }),
    close: async () => {
      await proofs?.close();
      await receivers.close();
      await Promise.all([transport.close(), http.close(), reader?.close()]);
    },
  };
}

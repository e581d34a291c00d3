/** Bodies of requests, within limits. */
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Refusal, refusal } from "./answer.ts";

export interface BodyLimits {
  /** Bytes as they travel and as they are after decompression. */
  readonly bytesMax: number;
  readonly eventsMax: number;
}

const decompress = promisify(gunzip);

/** A media type in lower case without parameters, and whether its text is UTF-8. */
export function mediaType(headers: IncomingMessage["headers"]): {
  readonly type: string;
  readonly isUtf8Text: boolean;
} {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  const isUtf8Text = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  return { type: type.trim(), isUtf8Text };
}

/** Whether the body is compressed, or why it cannot be read. */
export function judgeCoding(headers: IncomingMessage["headers"]): "identity" | "gzip" | Refusal {
  const coding = (headers["content-encoding"] ?? "identity").toLowerCase().trim();
  if (coding === "identity" || coding === "gzip") return coding;
  return refusal(415, "unsupported-encoding", "Send the body as it is or with gzip.", {
    "accept-encoding": "gzip",
  });
}

export function tooLarge({ bytesMax }: BodyLimits): Refusal {
  return refusal(
    413,
    "body-too-large",
    `A body may have ${bytesMax} bytes, after decompression too. Send fewer events at a time.`,
  );
}

/** Reads a body; `undefined` when the sender went away in the middle of it. */
export async function readBody(
  request: IncomingMessage,
  isGzip: boolean,
  limits: BodyLimits,
): Promise<Buffer | Refusal | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // A refused body must not close the connection before its answer was sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > limits.bytesMax) return tooLarge(limits);
      chunks.push(chunk as Buffer);
    }
  } catch {
    // Whatever ended the connection, nobody is left to be told.
    return undefined;
  }
  const body = Buffer.concat(chunks);
  return isGzip ? inflate(body, limits) : body;
}

async function inflate(body: Buffer, limits: BodyLimits): Promise<Buffer | Refusal> {
  try {
    return await decompress(body, { maxOutputLength: limits.bytesMax });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(limits);
    if (!code.startsWith("Z_")) throw cause;
    return refusal(400, "bad-gzip", "The body is not what gzip writes. Send it again.");
  }
}

export function tooMany({ eventsMax }: BodyLimits): Refusal {
  return refusal(
    413,
    "too-many-events",
    `A request may hold ${eventsMax} events. Send fewer at a time.`,
  );
}

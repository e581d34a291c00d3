/**
 * Generic JSON in the form that Standard Webhooks recommends.
 *
 *     {"type":"claude.audit.security_event","timestamp":"…Z","data":{…}}
 *     {"type":"claude.audit.batch","timestamp":"…Z","data":[{…},{…}]}
 *
 * `data` is the canonical event with `chain_seq` and `chain_hash`; `timestamp` is when it happened, in a
 * batch when the first of them did.
 */
import type { JournaledEvent } from "../../delivery/sink.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Answer, Encoded, Probe, Template } from "./template.ts";

/** Room for `type` and `timestamp` around the events of a batch. */
const ENVELOPE_BYTES = 128;

function isPage(answer: Answer): boolean {
  return /\bhtml\b/i.test(answer.headers["content-type"] ?? "");
}

/** Any 2xx, except a web page: that is a proxy which wants somebody to log in. */
function isTaken(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300 && !isPage(answer);
}

const probe: Probe = {
  method: "HEAD",
  render: () => "",
  judge: (answer) => {
    const { status } = answer;
    const what = `the receiver answered ${status} to a signed HEAD request`;
    if ([401, 403, 407].includes(status))
      return {
        status: "failed",
        what,
        instruction:
          "Check signing_secret and token. A receiver that turns everything but POST away like this is fine; then only a real event can tell.",
      };
    if (status === 410 || (status >= 300 && status < 400) || status >= 500)
      return {
        status: "failed",
        what,
        instruction: "Check the path of the URL and that the receiver runs.",
      };
    if (isTaken(answer) || status === 405 || status === 501)
      return {
        status: "ok",
        what: `${what}; only a real event can prove that it takes the signature`,
      };
    return {
      status: "warning",
      what,
      instruction:
        "Check the path of the URL. Many receivers answer like this to everything but POST; then only a real event can tell.",
    };
  },
};

function single({ event, ...place }: JournaledEvent): Encoded {
  const type = JSON.stringify(`claude.audit.${event.event_type}`);
  const data = canonicalJson({ event, ...place });
  return { body: `{"type":${type},"timestamp":"${event.timestamp}","data":${data}}` };
}

function renderBatch(bodies: readonly string[]): string {
  const { timestamp } = JSON.parse(bodies[0] ?? "{}") as { timestamp?: string };
  const data = bodies.join(",");
  return `{"type":"claude.audit.batch","timestamp":${JSON.stringify(timestamp)},"data":[${data}]}`;
}

/** @param batch Events in one message. */
export function genericTemplate(batch: number): Template {
  const bytesMax = 1_048_576;
  if (batch === 1)
    return {
      recordsMax: 1,
      bytesMax,
      encode: single,
      render: (bodies) => bodies.join(""),
      isTaken,
      probe,
    };
  return {
    recordsMax: batch,
    bytesMax: bytesMax - ENVELOPE_BYTES,
    encode: (record) => ({ body: canonicalJson(record) }),
    render: renderBatch,
    isTaken,
    probe,
  };
}

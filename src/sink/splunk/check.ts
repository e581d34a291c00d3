/** Whether a receiver would take a batch, found out without sending an event. */
import { MissingSecretError } from "../../config/secret.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import type { HttpClient, HttpResult } from "../http/post.ts";
import {
  CHANNEL_MISSING_CODE,
  HEALTHY_CODE,
  judgeAnswer,
  NO_DATA_CODE,
  parseAnswer,
} from "./answer.ts";
import { askAcknowledgements, isAcknowledging } from "./proof.ts";
import { shownUrl } from "./receivers.ts";
import { hecHeaders, hecUrl } from "./transport.ts";

export interface CheckTools {
  readonly url: URL;
  readonly token: () => string;
  readonly newChannel: () => string;
  readonly wantsProof: boolean;
  readonly http: HttpClient;
  readonly now: () => number;
}

const UNREACHABLE =
  "Check the URL, name resolution, firewall and whether HTTP Event Collector is enabled in Splunk.";

/** A finding about an answer that is not the one hoped for. */
function failure(what: string, result: HttpResult, now: number): CheckFinding {
  const verdict = judgeAnswer(result, 1, now);
  if (verdict.kind !== "failed" || verdict.outcome.kind === "delivered")
    return {
      status: "failed",
      what: `${what}: an answer nobody expects`,
      instruction: UNREACHABLE,
    };
  const { outcome } = verdict;
  const instruction = outcome.kind === "hold" ? outcome.instruction : UNREACHABLE;
  return { status: "failed", what: `${what}: ${outcome.reason}`, instruction };
}

/** Health, token and acknowledgement of one receiver, in this order; stops where nothing more can be seen. */
export async function checkReceiver(
  tools: CheckTools,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { url, http, now } = tools;
  const shown = shownUrl(url);
  const target = hecUrl(url, "/services/collector/health");
  const health = await http.send({ method: "GET", url: target, headers: {} }, signal);
  if (health.failure !== undefined) return [failure(`${shown} cannot be reached`, health, now())];
  const findings: CheckFinding[] = [];
  if (health.status === 200 && parseAnswer(health.body)?.code === HEALTHY_CODE) {
    const secured = url.protocol === "https:" ? ", its certificate is verified" : "";
    findings.push({ status: "ok", what: `${shown} is healthy${secured}` });
  } else findings.push(failure(`${shown} is not healthy`, health, now()));
  try {
    findings.push(...(await checkToken(tools, shown, signal)));
  } catch (cause) {
    if (!(cause instanceof MissingSecretError)) throw cause;
    const instruction = "Provide the secret that the sink names under token.";
    findings.push({ status: "failed", what: cause.message, instruction });
  }
  return findings;
}

/** An empty request is refused for being empty only after the token was found to be right. */
async function checkToken(
  { url, token, newChannel, wantsProof, http, now }: CheckTools,
  shown: string,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const headers = {
    ...hecHeaders(token(), wantsProof ? newChannel() : undefined),
    "content-type": "application/json",
  };
  const empty = await http.send(
    { url: hecUrl(url, "/services/collector/event"), headers, body: "" },
    signal,
  );
  const code = empty.failure === undefined ? parseAnswer(empty.body)?.code : undefined;
  if (code === CHANNEL_MISSING_CODE && wantsProof)
    return [failure(`${shown} did not see the data channel`, empty, now())];
  if (code !== NO_DATA_CODE)
    return [failure(`${shown} refuses the token or the request`, empty, now())];
  const taken: CheckFinding = {
    status: "ok",
    what: `${shown} takes the token; a HEC token can write and nothing else`,
  };
  if (!wantsProof) return [taken];
  const ack = await askAcknowledgements(http, url, token(), newChannel(), [0], signal);
  return isAcknowledging(ack)
    ? [taken, { status: "ok", what: `${shown} acknowledges what its indexers have written` }]
    : [taken, failure(`${shown} has no acknowledgements for this token`, ack, now())];
}

/** What no request without an event can find out. */
export function indexFinding(index: string | undefined): CheckFinding {
  const what =
    index === undefined
      ? "events go to the default index of the token"
      : `whether the token may write to the index ${index} shows with the first event; a refusal holds events and loses none`;
  return { status: "ok", what };
}

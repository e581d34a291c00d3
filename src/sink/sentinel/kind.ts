/** The sink kind `sentinel`: rows into the audit table of a Microsoft Sentinel workspace. */
import { loadPackage } from "../../config/package.ts";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type { EncodedRecord, Sink, SinkKind, SinkTools } from "../../delivery/sink.ts";
import { createHttpClient } from "../http/post.ts";
import { watchArrival } from "./arrival.ts";
import { checkSentinel } from "./check.ts";
import { clouds } from "./cloud.ts";
import type { Principal } from "./credential.ts";
import { openInventory } from "./inventory.ts";
import { type SentinelOptions, sentinelConflicts, sentinelOptions } from "./options.ts";
import { BODY_BYTES_MAX, bodyBytes, encodeRow, type RowRecord, rowLimits } from "./row.ts";
import { openSentLog, type SentLog } from "./sent-log.ts";
import { openSpill, type Spill } from "./spill.ts";
import { createTokenSource, type TokenSource, type TokenWorld } from "./tokens.ts";
import { type Upload, uploadRows } from "./upload.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

const KIND = "sentinel";
const NEEDED_BY = `the sink kind ${KIND}`;

function authorityOf(options: SentinelOptions): Pick<Principal, "authorityHost" | "isOwnHost"> {
  const own = options.authority_host;
  return {
    authorityHost: own?.origin ?? clouds[options.cloud].authorityHost,
    isOwnHost: own !== undefined,
  };
}

function writerOf(options: SentinelOptions): Principal {
  const { auth, tenant_id, client_id, client_secret, certificate, token_file } = options;
  const secrets = { client_secret, certificate, managed_identity: undefined };
  const secret = auth === "workload_identity" ? undefined : secrets[auth];
  return { auth, tenant_id, client_id, secret, token_file, ...authorityOf(options) };
}

/** Who reads: an identity of its own where there is one. */
function readerOf(options: SentinelOptions): Principal {
  const { tenant_id, reader_client_id, reader_client_secret } = options;
  if (reader_client_id === undefined) return writerOf(options);
  return {
    auth: "client_secret",
    tenant_id,
    client_id: reader_client_id,
    secret: reader_client_secret,
    token_file: undefined,
    ...authorityOf(options),
  };
}

/** The workspace with the eyes of an identity; none when the configuration does not name it. */
function workspaceOf(
  options: SentinelOptions,
  principal: Principal,
  world: TokenWorld,
): Workspace | undefined {
  const { workspace_id: id, table } = options;
  if (id === undefined) return undefined;
  const { queryEndpoint, queryScope } = clouds[options.cloud];
  const tokens = createTokenSource(principal, queryScope, world);
  const endpoint = options.query_endpoint ?? new URL(queryEndpoint);
  return createWorkspace({ id, table, endpoint }, { http: world.http, tokens });
}

/** The whole of cut values is on the device before their beginnings leave the machine. */
async function keepWhole(spill: Spill, batch: readonly RowRecord[]): Promise<string | undefined> {
  try {
    await spill.keep(batch.flatMap(({ whole }) => whole ?? []));
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return `a value longer than 64 KB could not be kept whole, so its row is not sent: ${why}`;
  }
}

async function writeDown(
  log: SentLog,
  batch: readonly EncodedRecord[],
  { outcome, requestId }: Upload,
  now: number,
): Promise<void> {
  if (requestId === undefined) return;
  const seqs = batch.map(({ seq }) => seq);
  await log.append({
    time: new Date(now).toISOString(),
    request: requestId,
    first: Math.min(...seqs),
    last: Math.max(...seqs),
    count: seqs.length,
    outcome: outcome.kind,
  });
}

async function open(options: SentinelOptions, tools: SinkTools): Promise<Sink> {
  const ingestion = await loadPackage(
    "@azure/monitor-ingestion",
    NEEDED_BY,
    () => import("@azure/monitor-ingestion"),
  );
  const identity = await loadPackage("@azure/identity", NEEDED_BY, () => import("@azure/identity"));
  const { now, readSecret, warn } = tools;
  const { ca_file: caFile, timeout: timeoutMs, endpoint, dcr, stream } = options;
  const { ingestionAudience: audience } = clouds[options.cloud];
  const http = createHttpClient({ timeoutMs, caFile });
  const world = { identity, http, now, readSecret };
  const tokens: TokenSource = createTokenSource(writerOf(options), `${audience}/.default`, world);
  const target = { endpoint, dcr, stream, audience };
  const spill = openSpill(tools.folder);
  const sentLog = openSentLog(tools.folder, warn);
  const arrival = watchArrival(warn);
  const workspace = workspaceOf(options, readerOf(options), world);
  const seenByWriter = workspaceOf(options, writerOf(options), world);

  const send = async (
    batch: readonly RowRecord[],
    signal: AbortSignal,
  ): Promise<readonly RecordOutcome[]> => {
    const count = batch.length;
    if (count === 0) return [];
    if (count > 1 && bodyBytes(batch) > BODY_BYTES_MAX)
      return forAll(count, { kind: "split", reason: `more than ${BODY_BYTES_MAX} bytes together` });
    const trouble = await keepWhole(spill, batch);
    if (trouble !== undefined) return forAll(count, { kind: "retry", reason: trouble });
    const upload = await uploadRows(target, batch, { ingestion, http, tokens, now }, signal);
    await writeDown(sentLog, batch, upload, now());
    if (upload.outcome.kind === "delivered") arrival.see(batch, now());
    return forAll(count, upload.outcome);
  };

  return {
    name: tools.name,
    kind: KIND,
    target: `${endpoint.host} ${dcr}/${stream}`,
    limits: rowLimits(options.table_plan),
    encode: encodeRow,
    send,
    check: (signal) =>
      checkSentinel(
        { options, target, http, tokens, now, sentLog, workspace, seenByWriter },
        signal,
      ),
    ...(workspace !== undefined && { inventory: openInventory(workspace) }),
    close: async () => {
      await sentLog.close();
      await http.close();
    },
  };
}

export const sentinelKind: SinkKind<SentinelOptions> = {
  kind: KIND,
  summary:
    "Rows into the audit table of a Microsoft Sentinel workspace, through the Logs Ingestion API.",
  options: sentinelOptions,
  conflicts: sentinelConflicts,
  starter: ["tenant_id", "client_id", "client_secret"],
  open,
};

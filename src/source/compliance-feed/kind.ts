/** The source kind `compliance_feed`: the Activity Feed of the Compliance API, polled. */
import { setTimeout as delay } from "node:timers/promises";
import { parseTime } from "../../event/time.ts";
import { activityTable } from "../../generated/activity-table.ts";
import type { Emit, Source, SourceKind, SourceTools } from "../source.ts";
import { type ActivityContext, indexTable } from "./activity.ts";
import { RequestBudget, type Sleep } from "./budget.ts";
import { checkDirectory, checkFeed } from "./check.ts";
import { ApiClient, type HttpPort } from "./client.ts";
import { type Directory, emptyDirectory, knownPeople, readDirectory } from "./directory.ts";
import type { Fields } from "./field.ts";
import {
  type ComplianceFeedOptions,
  complianceFeedConflicts,
  complianceFeedOptions,
  DEFAULT_URL,
} from "./options.ts";
import { ACTIVITIES_PATH } from "./page.ts";
import { type Progress, parseProgress } from "./progress.ts";
import { FeedReader } from "./reader.ts";
import { Tally } from "./tally.ts";

/** Makes a client over HTTP, with a verified peer and connections of its own. */
export type OpenHttp = (options: {
  readonly timeoutMs: number;
  readonly caFile?: string | undefined;
  readonly connectionsMax?: number;
}) => HttpPort;

const DAY_MS = 86_400_000;
const INSTANCE_BYTES = 8;

/** Resolves when the delay is over or the signal aborts. */
const pause: Sleep = async (ms, signal) => {
  if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => undefined);
};

/** Uniform in [0, 1), from the source's own randomness. */
function uniform(random: (bytes: number) => Uint8Array): number {
  const [high = 0, low = 0] = random(2);
  return (high * 256 + low) / 65_536;
}

async function loadProgress(
  { start }: ComplianceFeedOptions,
  { checkpoints, now, random, name, warn }: SourceTools,
): Promise<Progress> {
  const text = await checkpoints.load();
  const kept = text === undefined ? undefined : parseProgress(text);
  if (kept !== undefined) return kept;
  if (text !== undefined)
    warn(`${name}: how far it has read cannot be understood, so it reads again from its start`);
  const startMs = start === undefined ? undefined : parseTime(start)?.epochMs;
  const instance = Buffer.from(random(INSTANCE_BYTES)).toString("hex");
  return { settledMs: startMs ?? now() - DAY_MS, seen: new Map(), instance };
}

interface Parts {
  readonly options: ComplianceFeedOptions;
  readonly tools: SourceTools;
  readonly progress: Progress;
  readonly client: ApiClient;
  readonly http: HttpPort;
  readonly budget: RequestBudget;
  readonly userAgent: string;
  readonly sleep: Sleep;
}

class ComplianceFeed implements Source {
  readonly kind = "compliance_feed";
  readonly name: string;
  readonly #parts: Parts;
  readonly #tally = new Tally();
  #directory: Directory = emptyDirectory;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.name = parts.tools.name;
  }

  readonly start = async (emit: Emit, signal: AbortSignal): Promise<void> => {
    const { options, tools, progress, client, http, sleep } = this.#parts;
    const { now, ready, checkpoints } = tools;
    const ended = new AbortController();
    const stop = AbortSignal.any([signal, ended.signal]);
    const host = (options.url ?? new URL(DEFAULT_URL)).host;
    const reader = new FeedReader(
      {
        client,
        context: this.#context(`${host}${ACTIVITIES_PATH}`),
        filter: {
          pageSize: options.page_size,
          organizationIds: options.organization_ids,
          activityTypes: options.activity_types,
        },
        ...{ checkpoints, now, sleep, ready, tally: this.#tally },
        overlapMs: options.overlap,
        pollMs: options.poll_every,
        warn: (message) => tools.warn(`${this.name}: ${message}`),
      },
      progress,
    );
    let renewing: Promise<void> = Promise.resolve();
    try {
      if (options.directory.enabled) {
        // The first activities shall have their department already.
        await this.#renewDirectory(stop);
        renewing = this.#keepDirectory(stop);
      }
      await reader.run(emit, signal);
    } finally {
      ended.abort();
      await renewing;
      await http.close();
    }
  };

  readonly notes: NonNullable<Source["notes"]> = () => {
    const { options, budget } = this.#parts;
    return this.#tally.notes(options.overlap, budget.limited);
  };

  readonly whenSilent = (): string =>
    "Open a chat in Claude: its activity shows within about a minute. If none does, run `claude-siem doctor`.";

  readonly check: NonNullable<Source["check"]> = async (signal) => {
    const { client, tools, options, http } = this.#parts;
    try {
      const findings = await checkFeed(client, tools.now, signal);
      if (!options.directory.enabled) return findings;
      return [...findings, ...(await checkDirectory(client, signal))];
    } finally {
      await http.close();
    }
  };

  #context(origin: string): ActivityContext {
    const { own_key_id: keyId } = this.#parts.options;
    const { userAgent } = this.#parts;
    return {
      table: indexTable(activityTable),
      origin,
      isOwn: ({ api_key_id, admin_api_key_id, user_agent }: Fields) =>
        keyId === undefined
          ? user_agent === userAgent
          : api_key_id === keyId || admin_api_key_id === keyId,
      resolvePerson: (id) => this.#directory.accounts.get(id.toLowerCase()) ?? id,
      contextOf: (id) => this.#directory.people.get(id),
    };
  }

  async #renewDirectory(signal: AbortSignal): Promise<void> {
    const { client, options, tools } = this.#parts;
    try {
      this.#directory = await readDirectory(client, options.directory.department_prefix, signal);
      tools.knowPeople?.(knownPeople(this.#directory));
    } catch (cause) {
      if (signal.aborted) return;
      this.#tally.directoryFailures += 1;
      const reason = cause instanceof Error ? cause.message : String(cause);
      tools.warn(`${this.name}: ${reason}. What was read before stays in force.`);
    }
  }

  async #keepDirectory(signal: AbortSignal): Promise<void> {
    const { sleep, options } = this.#parts;
    while (!signal.aborted) {
      await sleep(options.directory.every, signal);
      if (!signal.aborted) await this.#renewDirectory(signal);
    }
  }
}

/**
 * The kind, over a way to ask by HTTP. All its sources that ask the same address share one budget, also
 * across a reload: the limit is the organization's.
 */
export function complianceFeedKind(
  openHttp: OpenHttp,
  sleep: Sleep = pause,
): SourceKind<ComplianceFeedOptions> {
  const budgets = new Map<string, RequestBudget>();
  const budgetFor = ({ origin }: URL, perMinute: number, now: () => number): RequestBudget => {
    const budget = budgets.get(origin) ?? new RequestBudget(perMinute, now, sleep);
    budgets.set(origin, budget);
    budget.perMinute = perMinute;
    return budget;
  };
  return {
    kind: "compliance_feed",
    summary:
      "Polls the Activity Feed of the Claude Compliance API: sign-ins, chats, files, sharing, keys, roles and settings of a Claude Enterprise or Console organization. Late activities are found, repeated ones absorbed.",
    options: complianceFeedOptions,
    conflicts: complianceFeedConflicts,
    open: async (options, tools) => {
      const url = options.url ?? new URL(DEFAULT_URL);
      const progress = await loadProgress(options, tools);
      const { timeout: timeoutMs, ca_file: caFile, api_key: apiKey } = options;
      const http = openHttp({ timeoutMs, caFile, connectionsMax: 2 });
      const budget = budgetFor(url, options.requests_per_minute, tools.now);
      const userAgent = `claude-siem (compliance_feed ${progress.instance})`;
      const { readSecret } = tools;
      const random = (): number => uniform(tools.random);
      const client = new ApiClient({
        ...{ http, budget, url, apiKey, readSecret, userAgent, sleep, random },
      });
      return new ComplianceFeed({
        ...{ options, tools, progress, client, http, budget, userAgent, sleep },
      });
    },
  };
}

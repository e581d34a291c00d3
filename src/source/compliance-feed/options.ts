/** Settings of the source kind `compliance_feed`. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import {
  allowPlainHttp,
  duration,
  flag,
  integer,
  optionalEndpoint,
  optionalText,
  secret,
  texts,
} from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import type { SecretReference } from "../../config/secret.ts";
import { section } from "../../config/section.ts";
import { parseTime } from "../../event/time.ts";

export interface DirectoryOptions {
  readonly enabled: boolean;
  /** Milliseconds. */
  readonly every: number;
  readonly department_prefix: string | undefined;
}

export interface ComplianceFeedOptions {
  readonly api_key: SecretReference;
  readonly url: URL | undefined;
  readonly start: string | undefined;
  /** Milliseconds. */
  readonly poll_every: number;
  /** Milliseconds. */
  readonly overlap: number;
  readonly page_size: number;
  readonly requests_per_minute: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly own_key_id: string | undefined;
  readonly organization_ids: readonly string[];
  readonly activity_types: readonly string[];
  readonly directory: DirectoryOptions;
  readonly ca_file: string | undefined;
  readonly allow_plain_http: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const DEFAULT_URL = "https://api.anthropic.com";

const directoryOptions: OptionTable<DirectoryOptions> = {
  enabled: flag({
    doc: "Read users and groups, to put departments and roles on activities. Needs a Compliance Access Key with the scopes read:compliance_org_data and read:compliance_user_data.",
  }),
  every: duration({
    doc: "How often users and groups are read again.",
    fallback: DAY_MS,
    minMs: 10 * MINUTE_MS,
    maxMs: 7 * DAY_MS,
  }),
  department_prefix: optionalText({
    doc: "Groups whose name begins with it are departments, named by the rest: `dept-` makes finance of dept-finance. Without it, every group that a directory synchronises (SCIM) is a department. Of several, the first by name counts.",
    example: '"dept-"',
  }),
};

export const complianceFeedOptions: OptionTable<ComplianceFeedOptions> = {
  api_key: secret({
    doc: "A Compliance Access Key with the scope read:compliance_activities, or an Admin API key that was created after the Compliance API was enabled. A Claude API key is not taken.",
    example: "{env: ANTHROPIC_COMPLIANCE_KEY}",
  }),
  url: optionalEndpoint({
    doc: `Address of the API where it is not ${DEFAULT_URL}, such as a proxy of yours.`,
    example: DEFAULT_URL,
  }),
  start: optionalText({
    doc: "Time from which activities are read at the first start under this name, RFC 3339. The feed goes back to when the Compliance API was enabled, six years at most. Without it, reading begins a day back.",
    example: '"2026-01-01T00:00:00Z"',
  }),
  poll_every: duration({
    doc: "Pause between looking for new activities. The API shows them within about a minute.",
    fallback: MINUTE_MS,
    minMs: 5000,
    maxMs: HOUR_MS,
  }),
  overlap: duration({
    doc: "How far back every poll looks again, for activities that the API shows late. What it finds twice is absorbed.",
    fallback: 10 * MINUTE_MS,
    minMs: MINUTE_MS,
    maxMs: DAY_MS,
  }),
  page_size: integer({
    doc: "Activities asked for at a time.",
    fallback: 1000,
    min: 1,
    max: 5000,
  }),
  requests_per_minute: integer({
    doc: "Most requests a minute. The organization has 600 for all keys and programs together; sources that ask the same url share one budget, that of the last of them.",
    fallback: 120,
    min: 1,
    max: 600,
  }),
  timeout: duration({
    doc: "A request without an answer after this time has failed and is made again.",
    fallback: 30_000,
    minMs: 1000,
    maxMs: 10 * MINUTE_MS,
  }),
  own_key_id: optionalText({
    doc: "Id of the key that this source uses, to label its own requests `own_access`. Without it they are known by their user agent.",
    example: "apikey_01AbCdEfGh",
  }),
  organization_ids: texts({
    doc: "Only activities of these organizations, by uuid or org_ id; sign-ins belong to none and are left out then. All when empty.",
    fallback: [],
    example: '["org_01AbCdEfGh"]',
  }),
  activity_types: texts({
    doc: "Only activities of these types. All when empty, which is what evidence needs.",
    fallback: [],
    example: '["claude_chat_created"]',
  }),
  directory: section({
    doc: "Users and groups of the organization.",
    table: directoryOptions,
  }),
  ca_file: optionalPath({
    doc: "PEM file of the authority that signed the certificate of url; the system's authorities count without it.",
    example: "/etc/ssl/proxy-ca.pem",
  }),
  allow_plain_http: allowPlainHttp,
};

/** Settings that are no settings. Pure. */
export function complianceFeedConflicts({
  start,
}: ComplianceFeedOptions): readonly SettingConflict[] {
  if (start === undefined || parseTime(start) !== undefined) return [];
  const problem = `${JSON.stringify(start)} is no time`;
  return [{ key: "start", problem, instruction: "Write it as 2026-01-01T00:00:00Z, in quotes." }];
}

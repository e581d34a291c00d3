/** What a type of activity means: the vocabulary of the table `activities/compliance-feed.yaml`. */
import type { Severity } from "../../event/event.ts";

export const activityCategories = [
  "authentication",
  "identity",
  "credential",
  "content",
  "compliance",
  "integration",
  "agent",
  "configuration",
  "billing",
] as const;

/** What kind of event an activity becomes. */
export const activityKinds = [
  "activity",
  "authentication",
  "mcp_authentication",
  "security",
  "permission_changed",
  "approval_requested",
  "approval_granted",
  "approval_denied",
  "decision",
] as const;

export const outcomes = ["success", "failure", "unknown"] as const;

export type ActivityCategory = (typeof activityCategories)[number];
export type ActivityKind = (typeof activityKinds)[number];
export type Outcome = (typeof outcomes)[number];

/** A row of the table. */
export interface ActivityType {
  readonly category: ActivityCategory;
  readonly as: ActivityKind;
  /** An `Outcome`, or `$field`. */
  readonly outcome: string;
  /** A word, or `$field`. */
  readonly permission?: string;
  /** A word, `$field`, or `?field` for whether it is set. */
  readonly before?: string;
  /** The same; of several values the one that says "disabled" counts. */
  readonly after?: readonly string[];
  /** Field that says whether a request was granted. */
  readonly decided_by?: string;
  readonly severity?: Severity;
  /** The product refused the action. */
  readonly blocked?: boolean;
  readonly policy_flags?: readonly string[];
  readonly security_flags?: readonly string[];
}

export interface ActivityTable {
  /** Fields that name a person, best first. */
  readonly persons: readonly string[];
  /** Fields that may be copied to labels. */
  readonly labels: readonly string[];
  readonly types: Readonly<Record<string, ActivityType>>;
}

/** Which records of a program's log are audit events: those that carry one under this key. */
export const AUDIT_KEY = "claude_audit";

/** What becomes of records: the door of `Connector.openDoor`. */
export type AuditDoor = (values: readonly unknown[]) => Promise<unknown>;

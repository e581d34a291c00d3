/** Exit codes are public API: scripts and CI jobs branch on them. */
export const EXIT: {
  /** Done, nothing found. */
  readonly ok: 0;
  /** Done, and something was found: rejected lines, failing rules, broken content. */
  readonly findings: 1;
  /** The command line or a configuration is wrong; nothing was done. */
  readonly usage: 2;
  /** A file, device or remote refused. */
  readonly io: 3;
  /** Evidence does not hold: a chain or a manifest is broken. */
  readonly integrity: 4;
  /** A defect of this program. */
  readonly bug: 70;
} = { ok: 0, findings: 1, usage: 2, io: 3, integrity: 4, bug: 70 };

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

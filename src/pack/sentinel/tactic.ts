/**
 * Tactics of the ATT&CK techniques that rules name (Enterprise 18.1), in the spelling of Sentinel.
 * Sentinel shows a technique only under a tactic it belongs to.
 */
const tacticsOf: Readonly<Record<string, readonly string[]>> = {
  T1020: ["Exfiltration"],
  T1048: ["Exfiltration"],
  T1078: ["DefenseEvasion", "InitialAccess", "Persistence", "PrivilegeEscalation"],
  T1098: ["Persistence", "PrivilegeEscalation"],
  T1110: ["CredentialAccess"],
  T1119: ["Collection"],
  T1195: ["InitialAccess"],
  T1213: ["Collection"],
  T1496: ["Impact"],
  T1530: ["Collection"],
  T1548: ["DefenseEvasion", "PrivilegeEscalation"],
  T1556: ["CredentialAccess", "DefenseEvasion", "Persistence"],
  T1562: ["DefenseEvasion"],
  T1567: ["Exfiltration"],
};

/** The tactics that Sentinel knows: those of ATT&CK Enterprise, and those for control systems. */
export const tacticNames: readonly string[] = [
  "Reconnaissance",
  "ResourceDevelopment",
  "InitialAccess",
  "Execution",
  "Persistence",
  "PrivilegeEscalation",
  "DefenseEvasion",
  "CredentialAccess",
  "Discovery",
  "LateralMovement",
  "Collection",
  "Exfiltration",
  "CommandAndControl",
  "Impact",
  "PreAttack",
  "ImpairProcessControl",
  "InhibitResponseFunction",
];

/** A technique without its sub-technique: T1213.002 → T1213. */
export function techniqueOf(id: string): string {
  return id.slice(0, 5);
}

/** Tactics of some techniques, each once, in alphabetical order. */
export function tacticsFor(techniques: readonly string[]): readonly string[] {
  return [...new Set(techniques.flatMap((id) => tacticsOf[techniqueOf(id)] ?? []))].sort();
}

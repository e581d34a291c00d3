/**
 * MITRE ATT&CK Enterprise 18.1, as far as content about an AI service can name it: techniques against
 * accounts, cloud services, repositories, logs and supply chains, not those of an operating system.
 * A rule that needs another one adds it here with its tactics, as attack.mitre.org has them.
 */
import type { Tactic, Technique } from "./technique.ts";

export const ATTACK_VERSION = "18.1";

export const attackTactics: readonly Tactic[] = [
  { id: "TA0043", name: "Reconnaissance" },
  { id: "TA0042", name: "Resource Development" },
  { id: "TA0001", name: "Initial Access" },
  { id: "TA0002", name: "Execution" },
  { id: "TA0003", name: "Persistence" },
  { id: "TA0004", name: "Privilege Escalation" },
  { id: "TA0005", name: "Defense Evasion" },
  { id: "TA0006", name: "Credential Access" },
  { id: "TA0007", name: "Discovery" },
  { id: "TA0008", name: "Lateral Movement" },
  { id: "TA0009", name: "Collection" },
  { id: "TA0011", name: "Command and Control" },
  { id: "TA0010", name: "Exfiltration" },
  { id: "TA0040", name: "Impact" },
];

const INITIAL = "TA0001";
const EXECUTION = "TA0002";
const PERSISTENCE = "TA0003";
const ESCALATION = "TA0004";
const EVASION = "TA0005";
const CREDENTIAL = "TA0006";
const DISCOVERY = "TA0007";
const LATERAL = "TA0008";
const COLLECTION = "TA0009";
const EXFILTRATION = "TA0010";
const IMPACT = "TA0040";

const table: Readonly<Record<string, readonly [name: string, ...tactics: string[]]>> = {
  T1005: ["Data from Local System", COLLECTION],
  T1020: ["Automated Exfiltration", EXFILTRATION],
  T1041: ["Exfiltration Over C2 Channel", EXFILTRATION],
  T1048: ["Exfiltration Over Alternative Protocol", EXFILTRATION],
  T1059: ["Command and Scripting Interpreter", EXECUTION],
  T1070: ["Indicator Removal", EVASION],
  T1074: ["Data Staged", COLLECTION],
  T1078: ["Valid Accounts", INITIAL, PERSISTENCE, ESCALATION, EVASION],
  "T1078.001": ["Default Accounts", INITIAL, PERSISTENCE, ESCALATION, EVASION],
  "T1078.004": ["Cloud Accounts", INITIAL, PERSISTENCE, ESCALATION, EVASION],
  T1087: ["Account Discovery", DISCOVERY],
  "T1087.004": ["Cloud Account", DISCOVERY],
  T1098: ["Account Manipulation", PERSISTENCE, ESCALATION],
  "T1098.001": ["Additional Cloud Credentials", PERSISTENCE, ESCALATION],
  "T1098.003": ["Additional Cloud Roles", PERSISTENCE, ESCALATION],
  T1110: ["Brute Force", CREDENTIAL],
  "T1110.001": ["Password Guessing", CREDENTIAL],
  "T1110.003": ["Password Spraying", CREDENTIAL],
  "T1110.004": ["Credential Stuffing", CREDENTIAL],
  T1114: ["Email Collection", COLLECTION],
  T1119: ["Automated Collection", COLLECTION],
  T1136: ["Create Account", PERSISTENCE],
  "T1136.003": ["Cloud Account", PERSISTENCE],
  T1190: ["Exploit Public-Facing Application", INITIAL],
  T1195: ["Supply Chain Compromise", INITIAL],
  "T1195.001": ["Compromise Software Dependencies and Development Tools", INITIAL],
  "T1195.002": ["Compromise Software Supply Chain", INITIAL],
  T1199: ["Trusted Relationship", INITIAL],
  T1204: ["User Execution", EXECUTION],
  T1213: ["Data from Information Repositories", COLLECTION],
  "T1213.001": ["Confluence", COLLECTION],
  "T1213.002": ["Sharepoint", COLLECTION],
  "T1213.003": ["Code Repositories", COLLECTION],
  T1484: ["Domain or Tenant Policy Modification", ESCALATION, EVASION],
  T1485: ["Data Destruction", IMPACT],
  T1489: ["Service Stop", IMPACT],
  T1496: ["Resource Hijacking", IMPACT],
  T1498: ["Network Denial of Service", IMPACT],
  T1499: ["Endpoint Denial of Service", IMPACT],
  T1526: ["Cloud Service Discovery", DISCOVERY],
  T1528: ["Steal Application Access Token", CREDENTIAL],
  T1530: ["Data from Cloud Storage", COLLECTION],
  T1531: ["Account Access Removal", IMPACT],
  T1537: ["Transfer Data to Cloud Account", EXFILTRATION],
  T1538: ["Cloud Service Dashboard", DISCOVERY],
  T1539: ["Steal Web Session Cookie", CREDENTIAL],
  T1548: ["Abuse Elevation Control Mechanism", ESCALATION, EVASION],
  T1550: ["Use Alternate Authentication Material", EVASION, LATERAL],
  "T1550.001": ["Application Access Token", EVASION, LATERAL],
  T1552: ["Unsecured Credentials", CREDENTIAL],
  T1556: ["Modify Authentication Process", CREDENTIAL, EVASION, PERSISTENCE],
  "T1556.006": ["Multi-Factor Authentication", CREDENTIAL, EVASION, PERSISTENCE],
  "T1556.009": ["Conditional Access Policies", CREDENTIAL, EVASION, PERSISTENCE],
  T1562: ["Impair Defenses", EVASION],
  "T1562.001": ["Disable or Modify Tools", EVASION],
  "T1562.007": ["Disable or Modify Cloud Firewall", EVASION],
  "T1562.008": ["Disable or Modify Cloud Logs", EVASION],
  T1565: ["Data Manipulation", IMPACT],
  T1566: ["Phishing", INITIAL],
  T1567: ["Exfiltration Over Web Service", EXFILTRATION],
  "T1567.002": ["Exfiltration to Cloud Storage", EXFILTRATION],
  T1580: ["Cloud Infrastructure Discovery", DISCOVERY],
  T1586: ["Compromise Accounts", "TA0042"],
  T1606: ["Forge Web Credentials", CREDENTIAL],
  T1619: ["Cloud Storage Object Discovery", DISCOVERY],
  T1621: ["Multi-Factor Authentication Request Generation", CREDENTIAL],
};

export const attackTechniques: ReadonlyMap<string, Technique> = new Map(
  Object.entries(table).map(([id, [name, ...tactics]]) => [id, { id, name, tactics }]),
);

import type { ContextMode } from "../../dialect/compiled.ts";

/** What the app says to whoever installs it. */

/** How clearances get into the lookup that searches use. */
const LOOKUP = `
Clearances are looked up in claude_clearances.csv. Replace the file by your own (Settings, Lookups): the
columns user_id_hash and clearance, one row for each cleared user, keyed by the same pseudonym as the
events; "claude-siem lookup --target splunk --clearances FILE" writes it from your clearance table. While
it holds nobody, everybody counts as not cleared.
`;

/** Text of the app's README.md. */
export function renderReadme(
  app: string,
  indexMacro: string,
  sourcetype: string,
  context: ContextMode,
): string {
  return `# Claude SIEM for Splunk

Install the archive ${app}.tar.gz on search heads ("Install app from file"). It needs no index of its
own, runs nothing and asks for no key.

1. Say where the events are: change the macro ${indexMacro} (Settings, Advanced search, Search macros).
   It ships as index=claude_audit. Events must have the source claude_deployment and the source type
   ${sourcetype}; the connector sends both.
2. Switch on the alerts you want (Settings, Searches, reports, and alerts; app "Claude SIEM"). They
   come disabled. Each description says what the alert means; the fields of a result say whom it is
   about.
3. Tune without touching a search: every alert ends in a macro of its own, named like the rule with
   _filter at the end. It ships as "search *". Write for example: search NOT department="red-team".
   Keep your version in local/, where an upgrade leaves it.
4. Open the dashboards from the app's bar. Choices at the top narrow every panel; a click on a row opens
   the events behind it. They are views of Dashboard Studio, whose days and weeks are those of UTC.

Events are tagged for the Common Information Model: Alerts, Authentication, Change, Data Access, DLP and
Intrusion Detection. Each event belongs to one model at most; the field cim_model says to which. Fields
come with the event, so nothing has to be extracted. Splunk Enterprise Security, where it is installed,
reads the annotations of the alerts (MITRE ATT&CK, MITRE ATLAS, OWASP LLM) and raises notable events.

To index less, send the canonical event alone under the source type claude:audit:canonical. The app then
computes the same fields when events are searched.

Windows of time are running sums: each amount is added when it comes and taken away when it is too old.
They include the event that is exactly as old as the window, and max_stream_window (limits.conf) does
not bound them.
${context === "native" ? LOOKUP : ""}`;
}

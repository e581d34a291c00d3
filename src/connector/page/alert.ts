/** One alert: what fired it, what its rule means, what to do, and what people did about it. */
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import type { LiveAlert } from "../../engine/live-detection.ts";
import { findEvents } from "../../engine/run-events.ts";
import type { Row } from "../../engine/store.ts";
import { detectionLines } from "../../rule/explain-rule.ts";
import type { RuleIr } from "../../rule/ir.ts";
import {
  type AlertState,
  type Change,
  NAME_CHARACTERS_MAX,
  NOTE_CHARACTERS_MAX,
  transitions,
} from "../alert-state/state.ts";
import { drawEntity, severityTones, stateTones } from "./alert-list.ts";
import { findAlert } from "./alert-store.ts";
import { drawEvents, listedFields } from "./event-table.ts";
import { fieldText, type SubjectLink, shortPseudonym } from "./field.ts";
import type { PageStore } from "./page-store.ts";
import { drawBadge } from "./status-table.ts";
import type { PageWorld } from "./world.ts";

const EVIDENCE_MAX = 500;

const actions: Readonly<Record<AlertState, string>> = {
  new: "Open again",
  acknowledged: "Acknowledge",
  closed: "Close",
};

/** What a form brought, to show it again with what is wrong. */
export interface Attempt {
  readonly by: string;
  readonly note: string;
  readonly problem: string;
}

export interface AlertView {
  readonly alert: LiveAlert;
  readonly rule: RuleIr | undefined;
  readonly evidence: readonly Row[];
  readonly state: AlertState;
  readonly history: readonly Change[];
  /** Why no change can be made here; absent where it can. */
  readonly fixed?: string;
}

/** Why changes of state would be lost; absent where the store takes them. */
function fixedBy(store: PageStore): string | undefined {
  const probe = {
    event_id: "0",
    event_type: "policy_event",
    policy_event_type: "alert_state_changed",
    timestamp: "1970-01-01T00:00:00.000Z",
  } as const;
  if (store.takes(probe)) return undefined;
  return `The sink ${store.name} leaves out changes of state by its "where": let it take policy_event_type = alert_state_changed.`;
}

/** Reads an alert with its evidence; `undefined` when there is none with this id. */
export async function readAlert(
  world: PageWorld,
  store: PageStore,
  alertId: string,
): Promise<AlertView | undefined> {
  const arrived = await store.arrived();
  const found = await store.read(async (table) => {
    await world.book.refresh(table, arrived);
    const alert = await findAlert(table, alertId);
    if (alert === undefined) return undefined;
    const ids = alert.event_ids.slice(-EVIDENCE_MAX);
    return { alert, evidence: await findEvents(table, ids, listedFields) };
  });
  if (found === undefined) return undefined;
  const fixed = fixedBy(store);
  return {
    ...found,
    rule: store.rules.find(({ name }) => name === found.alert.rule),
    state: world.book.state(alertId),
    history: world.book.history(alertId),
    ...(fixed !== undefined && { fixed }),
  };
}

function drawList(title: string, items: readonly string[]): Markup {
  if (items.length === 0) return NOTHING;
  return html`<h3>${title}</h3><ul class="steps">${items.map((one) => html`<li>${one}</li>`)}</ul>`;
}

function drawRule(alert: LiveAlert, rule: RuleIr | undefined): Markup {
  if (rule === undefined)
    return html`<section class="card list"><h2>Rule</h2><p>${alert.rule} ${alert.rule_version} does not run here any more.</p></section>`;
  const changed =
    rule.version === alert.rule_version
      ? NOTHING
      : html`<p class="note">The alert is of version ${alert.rule_version}; this is version ${rule.version}.</p>`;
  const steps = rule.response.map((one) => html`<li>${one}</li>`);
  return html`<section class="card list"><h2>What to do</h2><ol class="steps">${steps}</ol></section>
<section class="card list"><h2>Rule ${rule.name} ${rule.version}</h2>${changed}<p>${rule.description}</p>${drawList("What it does", detectionLines(rule.detection))}<h3>Why</h3><p>${rule.rationale}</p>${drawList("False positives", rule.falsePositives)}${drawList("What it misses", rule.limits)}</section>`;
}

function drawHistory(history: readonly Change[]): Markup {
  if (history.length === 0) return html`<p class="empty">Nobody has looked at it yet.</p>`;
  const lines = history
    .toReversed()
    .map(
      ({ time, state, by, note, seq }) =>
        html`<li><span class="time">${fieldText("timestamp", time)}</span> ${drawBadge(stateTones[state], state)} by <code>${shortPseudonym(by)}</code>, record ${seq} of the journal${note === "" ? NOTHING : html`<br>${note}`}</li>`,
    );
  return html`<ul class="steps history">${lines}</ul>`;
}

function drawForm(
  { alert, state, fixed }: AlertView,
  formToken: string,
  changeId: string,
  attempt: Attempt | undefined,
): Markup {
  if (fixed !== undefined) return html`<p class="problem">${fixed}</p>`;
  const problem =
    attempt === undefined ? NOTHING : html`<p class="problem" role="alert">${attempt.problem}</p>`;
  const buttons = transitions[state].map((to, index) =>
    index === 0
      ? html`<button name="to" value="${to}">${actions[to]}</button>`
      : html`<button name="to" value="${to}" class="second">${actions[to]}</button>`,
  );
  const isClosable = transitions[state].includes("closed");
  return html`${problem}<form class="change" method="post" action="/alerts/${alert.alert_id}">
<input type="hidden" name="token" value="${formToken}"><input type="hidden" name="change" value="${changeId}"><input type="hidden" name="from" value="${state}">
<label>Your name or initials; kept as a pseudonym<input name="by" required maxlength="${NAME_CHARACTERS_MAX}" autocomplete="nickname" value="${attempt?.by ?? ""}"></label>
<label>Note${isClosable ? ", needed to close" : ""}; no names and no content, it goes to the journal and every sink<textarea name="note" maxlength="${NOTE_CHARACTERS_MAX}">${attempt?.note ?? ""}</textarea></label>
<div class="buttons">${buttons}</div></form>`;
}

/** The page of an alert. */
export function drawAlertView(
  view: AlertView,
  options: {
    readonly formToken: string;
    /** Identity of the change that the form would make, a UUID. */
    readonly changeId: string;
    readonly attempt?: Attempt;
    readonly linkOf: SubjectLink;
  },
): Markup {
  const { alert, state, evidence, history, rule } = view;
  const { formToken, changeId, attempt, linkOf } = options;
  const missing = alert.event_ids.length - evidence.length;
  const left =
    missing === 0
      ? NOTHING
      : html`<p class="note">${missing} of ${alert.event_ids.length} events are not shown: older than the store keeps, or more than ${EVIDENCE_MAX}.</p>`;
  return html`<header><h1>${alert.title}</h1></header>
<section class="card list" data-part="facts"><dl class="facts-list"><div><dt>severity</dt><dd>${drawBadge(severityTones[alert.severity], alert.severity)}</dd></div><div><dt>state</dt><dd id="state">${drawBadge(stateTones[state], state)}</dd></div><div><dt>happened</dt><dd>${fieldText("timestamp", alert.time)}</dd></div><div><dt>found</dt><dd>${fieldText("timestamp", alert.found_at)}</dd></div><div><dt>measured</dt><dd>${alert.value}, alerts above ${alert.limit}</dd></div><div><dt>about</dt><dd>${drawEntity(alert.entity)}</dd></div></dl></section>
<section class="card list"><h2>State</h2>${drawForm(view, formToken, changeId, attempt)}</section>
<section class="card list" data-part="history"><h2>History</h2>${drawHistory(history)}</section>
${drawRule(alert, rule)}
<section class="card list" data-part="evidence"><h2>Evidence</h2>${drawEvents(evidence, "Evidence", linkOf)}${left}</section>`;
}

/** Messages about dashboards. Codes B1xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const noDenominator: Definition<{ panel: string }> = {
  code: "B101",
  name: "no-denominator",
  severity: "error",
  explanation:
    "A rate without its denominator misleads: 3 refusals are many among 5 decisions and few among 5000. A panel in percent needs a measure `ratio` with `of` and `per`; the count behind `per` is shown beside every rate, and rates over fewer than `at_least` are withheld.",
  wording: ({ panel }) => ({
    message: `The panel "${panel}" shows a rate but does not say of what`,
    help: 'Write "measure: { ratio: { of: { where: … }, per: { where: … } } }", or drop the unit percent.',
  }),
};

export const wrongShape: Definition<{ kind: string; found: string; expected: string }> = {
  code: "B102",
  name: "wrong-shape",
  severity: "error",
  explanation:
    "Every kind of panel draws one shape of data: a stat one number, a donut the parts of one field, a time series values over time, a heat map two dimensions. Other data cannot be drawn as that kind.",
  wording: ({ kind, found, expected }) => ({
    message: `A panel of kind ${kind} cannot show ${found}`,
    help: `Give it ${expected}.`,
  }),
};

export const unsupportedFilter: Definition<{ field: string; known: readonly string[] }> = {
  code: "B103",
  name: "unsupported-filter",
  severity: "error",
  explanation:
    "A dashboard's filter lets people choose among the values of a field. No target can offer that for times, numbers and free-form maps, for fields that no mapping keeps, or for fields with a value of their own for every event or person.",
  wording: ({ field, known }) => ({
    message: `No target can filter a dashboard by ${field}`,
    help: oneOf(field, known),
  }),
};

export const personalDimension: Definition<{ field: string; known: readonly string[] }> = {
  code: "B104",
  name: "personal-dimension",
  severity: "error",
  explanation:
    "A dashboard shows groups, not persons. Grouping by a user, a session, an address or free text would put single people on a page that a committee reads; pseudonyms are persons too.",
  wording: ({ field, known }) => ({
    message: `Grouping by ${field} would show single persons or events`,
    help: `Count distinct ${field} instead, or group by another field. ${oneOf(field, known)}`,
  }),
};

export const duplicatePanel: Definition<{ panel: string }> = {
  code: "B105",
  name: "duplicate-panel",
  severity: "error",
  explanation:
    "Panels are files, elements of a page and objects in a SIEM, all named after the panel. Two with one name would overwrite each other.",
  wording: ({ panel }) => ({
    message: `The panel "${panel}" is there already`,
    help: "Give this panel its own name.",
  }),
};

export const notAddable: Definition<{ field: string }> = {
  code: "B106",
  name: "not-addable",
  severity: "error",
  explanation: "Only numbers can be added up, such as tokens, durations and estimated cost.",
  wording: ({ field }) => ({
    message: `${field} holds no numbers`,
    help: "Sum token_input, token_output, duration_ms or cost_usd, or count the events.",
  }),
};

export const unlabelledEstimate: Definition<{ panel: string }> = {
  code: "B107",
  name: "unlabelled-estimate",
  severity: "error",
  explanation:
    "cost_usd is tokens times a price table, not an invoice. Whoever reads the number must see that it is an estimate, so the title or the note of the panel says so.",
  wording: ({ panel }) => ({
    message: `The panel "${panel}" shows cost without saying that it is an estimate`,
    help: 'Put the word "estimate" into its title or its note.',
  }),
};

export const refusedPanel: Definition<{
  panel: string;
  target: string;
  reason: string;
  remedy: string;
}> = {
  code: "B108",
  name: "refused-panel",
  severity: "error",
  explanation:
    "The target's language or mapping cannot say what the panel counts, and something near it would show other numbers under the same title.",
  wording: ({ panel, target, reason, remedy }) => ({
    message: `The panel "${panel}" cannot be compiled for ${target}: ${reason}`,
    help: remedy,
  }),
};

export const nothingToShow: Definition<{ source: string }> = {
  code: "B109",
  name: "nothing-to-show",
  severity: "error",
  explanation:
    "A page without events looks like a page without incidents. So none is written: the log is empty, or every line of it was rejected.",
  wording: ({ source }) => ({
    message: `There is no event in ${source} to show`,
    help: "Look at what was rejected (--rejects FILE), or name another log.",
  }),
};

export const subjectNeeded: Definition<{ dashboard: string }> = {
  code: "B110",
  name: "subject-needed",
  severity: "error",
  explanation:
    "A dashboard about one session or one person lists its events. It shows nothing until somebody says whom it is about.",
  wording: ({ dashboard }) => ({
    message: `The dashboard ${dashboard} is about one session or one person, and none is named`,
    help: "Add --session with a session_id, or --user with a user_id_hash, as events carry it.",
  }),
};

export const subjectNotFound: Definition<{ reason: string }> = {
  code: "B111",
  name: "subject-not-found",
  severity: "error",
  explanation:
    "A page about one session or one user without events looks like somebody who did nothing. So none is written where the log has no event of them, which often is a misspelt id or a log of another time.",
  wording: ({ reason }) => ({
    message: `There is nobody to show. ${reason.replace(/\.$/, "")}`,
    help: "Copy the id from an event, an alert or the incident page, or name another log.",
  }),
};

export const notTheSubject: Definition<{ field: string; known: readonly string[] }> = {
  code: "B130",
  name: "not-the-subject",
  severity: "error",
  explanation:
    "A dashboard may be about one session or one person, which whoever opens it must name first. Only fields that name one can be its subject, and only its subject can narrow a panel.",
  wording: ({ field, known }) => ({
    message: `${field} is not what the dashboard is about`,
    help:
      known.length === 0
        ? 'Give the dashboard a "subject" such as [session_id], or remove this line.'
        : oneOf(field, known),
  }),
};

export const eventsWithoutSubject: Definition<{ panel: string }> = {
  code: "B131",
  name: "events-without-subject",
  severity: "error",
  explanation:
    "Dashboards show totals. Single events belong only where somebody follows one session or one person and had to name it first.",
  wording: ({ panel }) => ({
    message: `The panel "${panel}" lists single events, but the dashboard is about nobody in particular`,
    help: 'Count the events instead, or give the dashboard a "subject" such as [session_id].',
  }),
};

export const wrongTimeUnit: Definition<{ panel: string }> = {
  code: "B132",
  name: "wrong-time-unit",
  severity: "error",
  explanation: "The measure `latest` is a time, and nothing else is.",
  wording: ({ panel }) => ({
    message: `The unit of the panel "${panel}" does not fit to what it measures`,
    help: 'Write "unit: time" with "measure: latest", and only there.',
  }),
};

export const fieldTwice: Definition<{ field: string }> = {
  code: "B134",
  name: "field-twice",
  severity: "error",
  explanation:
    "A list of fields holds each once. A field that is added up twice doubles the number, and the same filter or grouping twice would show everything twice.",
  wording: ({ field }) => ({
    message: `${field} stands in this list twice`,
    help: "Remove it here, or name the field that was meant.",
  }),
};

export const duplicateDashboard: Definition<{ dashboard: string; other: string }> = {
  code: "B135",
  name: "duplicate-dashboard",
  severity: "error",
  explanation:
    "A dashboard is named after its file, and so are the pages and the files of the packs. NAME.yaml and NAME.yml would overwrite each other.",
  wording: ({ dashboard, other }) => ({
    message: `The dashboard "${dashboard}" is in ${other} already`,
    help: "Remove one of the files, or rename it and the dashboard in it.",
  }),
};

export const notCountable: Definition<{ panel: string }> = {
  code: "B133",
  name: "not-countable",
  severity: "error",
  explanation: "A rate divides counts or sums. Times and delays cannot be parts of one.",
  wording: ({ panel }) => ({
    message: `The rate of the panel "${panel}" divides something that is no count`,
    help: "Count events or distinct values, or sum fields.",
  }),
};

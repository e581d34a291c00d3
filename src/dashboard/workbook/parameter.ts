/** The choices at the head of a workbook: the time, the filters, and whom an incident is about. */
import { uuidV5 } from "../../dialect/uuid.ts";
import type { EventField } from "../../event/event.ts";
import { dimensionTitle } from "../html/format.ts";
import type { Dashboard } from "../ir.ts";
import { PARAMETER, type Parameter, type ParametersItem, WORKSPACE_TYPE } from "./document.ts";
import { queryText } from "./drawing.ts";
import { ALL, choicesQuery, TIME_RANGE } from "./scope.ts";

/** Ids of what is inside of workbooks are made of this and a name. */
export const NAMESPACE = "6d0c9a39-4f5c-4b0e-9a53-7c2b7e2a51d4";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Lengths of time that can be chosen without typing. */
const RANGES: readonly number[] = [
  HOUR_MS,
  4 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  ...[3, 7, 14, 30, 60, 90].map((days) => days * DAY_MS),
];

/** Set where somebody named a session or a person. */
export const SUBJECT_GIVEN = "subject_given";

function timeRange({ name, rangeMs }: Dashboard): Parameter {
  const ranges = [...new Set([...RANGES, rangeMs])].sort((a, b) => a - b);
  return {
    id: uuidV5(NAMESPACE, `${name} ${TIME_RANGE}`),
    version: "KqlParameterItem/1.0",
    name: TIME_RANGE,
    label: "Time",
    type: PARAMETER.timeRange,
    isRequired: true,
    value: { durationMs: rangeMs },
    typeSettings: {
      selectableValues: ranges.map((durationMs) => ({ durationMs })),
      allowCustom: true,
    },
  };
}

function label(field: EventField): string {
  const words = dimensionTitle({ kind: "field", field });
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Several values are joined by commas as they are: each is a call that yields what was chosen. */
function filter({ name }: Dashboard, field: EventField): Parameter {
  return {
    id: uuidV5(NAMESPACE, `${name} ${field}`),
    version: "KqlParameterItem/1.0",
    name: field,
    label: label(field),
    type: PARAMETER.dropDown,
    isRequired: true,
    multiSelect: true,
    quote: "",
    delimiter: ",",
    query: queryText(choicesQuery(field)),
    typeSettings: {
      additionalResourceOptions: ["value::all"],
      selectAllValue: ALL,
      showDefault: false,
    },
    timeContext: { durationMs: 0 },
    timeContextFromParameter: TIME_RANGE,
    value: ["value::all"],
    queryType: 0,
    resourceType: WORKSPACE_TYPE,
  };
}

function subject({ name }: Dashboard, field: EventField): Parameter {
  return {
    id: uuidV5(NAMESPACE, `${name} ${field}`),
    version: "KqlParameterItem/1.0",
    name: field,
    label: field === "user_id_hash" ? "Pseudonym of the user" : label(field),
    description: "Exactly as events carry it.",
    type: PARAMETER.text,
    value: "",
  };
}

/** The fields of the subject after another: empty as long as nobody was named. */
function subjectGiven({ name, subject: fields }: Dashboard): Parameter {
  return {
    id: uuidV5(NAMESPACE, `${name} ${SUBJECT_GIVEN}`),
    version: "KqlParameterItem/1.0",
    name: SUBJECT_GIVEN,
    type: PARAMETER.text,
    isHiddenWhenLocked: true,
    criteriaData: [
      {
        criteriaContext: {
          operator: "Default",
          resultValType: "static",
          resultVal: fields.map((field) => `{${field}}`).join(""),
        },
      },
    ],
  };
}

export function parametersItem(dashboard: Dashboard): ParametersItem {
  const about = dashboard.subject.map((field) => subject(dashboard, field));
  return {
    type: 9,
    name: "choices",
    content: {
      version: "KqlParameterItem/1.0",
      parameters: [
        timeRange(dashboard),
        ...dashboard.filters.map((field) => filter(dashboard, field)),
        ...about,
        ...(about.length > 0 ? [subjectGiven(dashboard)] : []),
      ],
      style: "pills",
      queryType: 0,
      resourceType: WORKSPACE_TYPE,
    },
  };
}

/**
 * Messages about calendars, clearances, prices, keys and policy settings. Codes C5xx.
 *
 * Clearance tables hold identities and keys are secrets, so no message here repeats a user id or any
 * part of a key: the place has to be enough.
 */
import type { Definition } from "../diagnostic.ts";
import { nearest, oneOf } from "../suggest.ts";

export const unknownZone: Definition<{ zone: string; known: readonly string[] }> = {
  code: "C501",
  name: "unknown-zone",
  severity: "error",
  explanation:
    "A zone is a name of the IANA time zone database, such as Europe/Berlin, in its exact spelling. Abbreviations and fixed offsets are refused: they have no daylight saving time, so business hours would be an hour off for half of the year.",
  wording: ({ zone, known }) => {
    const city = known.find((name) => name.toLowerCase().endsWith(`/${zone.toLowerCase()}`));
    const guess = city ?? nearest(zone, known);
    const advice = "Write an IANA name such as Europe/Berlin or America/New_York.";
    return {
      message: `"${zone}" is not a time zone of the IANA database`,
      help: guess === undefined ? advice : `Did you mean "${guess}"? ${advice}`,
    };
  },
};

export const badHours: Definition<{ text: string; reason: string }> = {
  code: "C502",
  name: "bad-hours",
  severity: "error",
  explanation:
    "Working hours are written as opening and closing time, such as 09:00-17:30. A closing time before the opening time means the next morning (22:00-06:00). A day ends at 24:00; 00:00-24:00 is the whole day.",
  wording: ({ text, reason }) => ({
    message: `"${text}" is no span of working hours: ${reason}`,
    help: 'Write opening and closing time as "09:00-17:30", with hours 00 to 24.',
  }),
};

export const overlappingHours: Definition<{ text: string; other: string; line: number }> = {
  code: "C503",
  name: "overlapping-hours",
  severity: "error",
  explanation:
    "Two spans of a department's week overlap. One of them is not what was meant. A night shift reaches into the morning of the next day, and that of Sunday into Monday.",
  wording: ({ text, other, line }) => ({
    message: `${text} overlaps ${other} of line ${line}`,
    help: "Join the two spans, or let one end where the other begins.",
  }),
};

export const unknownHolidays: Definition<{ list: string; known: readonly string[] }> = {
  code: "C504",
  name: "unknown-holiday-list",
  severity: "error",
  explanation:
    "A department names a holiday list that the calendar does not have. Without it every holiday would count as a working day, and work on it would raise no alert.",
  wording: ({ list, known }) => ({
    message: `"${list}" is not a holiday list of this calendar`,
    help: known.length === 0 ? `Add the list under "holidays:".` : oneOf(list, known),
  }),
};

export const badDate: Definition<{ text: string }> = {
  code: "C505",
  name: "impossible-date",
  severity: "error",
  explanation: "A date is written YYYY-MM-DD and must exist in the Gregorian calendar.",
  wording: ({ text }) => ({
    message: `"${text}" is not a date`,
    help: "Write a date that exists as YYYY-MM-DD, such as 2026-12-25.",
  }),
};

export const duplicateDate: Definition<{ date: string; line: number }> = {
  code: "C506",
  name: "duplicate-date",
  severity: "warning",
  explanation:
    "A holiday list names the same day twice. That is harmless in itself, but it usually means that another date was meant and is missing.",
  wording: ({ date, line }) => ({
    message: `${date} is already in this list, in line ${line}`,
    help: "Remove it, or write the date that was meant.",
  }),
};

export const badWeekday: Definition<{ text: string; known: readonly string[] }> = {
  code: "C507",
  name: "unknown-weekday",
  severity: "error",
  explanation: "Working hours are keyed by weekday (mon, tue, …) or by a range such as mon-fri.",
  wording: ({ text, known }) => {
    const short = text.split("-").map((day) => day.trim().slice(0, 3).toLowerCase());
    return {
      message: `"${text}" is not a weekday or a range of weekdays`,
      help: short.every((day) => known.includes(day))
        ? `Did you mean "${short.join("-")}"? Weekdays have three letters; ranges read mon-fri.`
        : oneOf(text, known),
    };
  },
};

export const repeatedWeekday: Definition<{ day: string; line: number }> = {
  code: "C508",
  name: "repeated-weekday",
  severity: "error",
  explanation:
    "A weekday has hours in two entries of one department. Whether the second adds to the first or replaces it would be a guess.",
  wording: ({ day, line }) => ({
    message: `${day} already has hours, in line ${line}`,
    help: "Split the range, or give the day one entry with a list of spans.",
  }),
};

export const unusedHolidays: Definition<{ list: string }> = {
  code: "C509",
  name: "unused-holiday-list",
  severity: "warning",
  explanation:
    "No department uses the holiday list. A department that should is probably missing its `holidays:` line, and its holidays count as working days.",
  wording: ({ list }) => ({
    message: `No department uses the holiday list "${list}"`,
    help: `Add "${list}" to the holidays of the departments that keep it, or remove it.`,
  }),
};

export const csvSyntax: Definition<{ detail: string; help: string }> = {
  code: "C510",
  name: "csv-syntax",
  severity: "error",
  explanation:
    "The table is not CSV as RFC 4180 defines it: cells parted by commas, every row as long as the header, quotes around cells that hold commas, quotes or line breaks, and a quote inside of a quoted cell doubled.",
  wording: ({ detail, help }) => ({ message: `This is not valid CSV: ${detail}`, help }),
};

export const unknownColumn: Definition<{ column: string; known: readonly string[] }> = {
  code: "C511",
  name: "unknown-column",
  severity: "error",
  explanation:
    "The header names a column the clearance table does not have. It is refused because a misspelt column would be ignored in silence.",
  wording: ({ column, known }) => ({
    message: `"${column}" is not a column of a clearance table`,
    help: oneOf(column, known),
  }),
};

export const missingColumn: Definition<{ columns: string }> = {
  code: "C512",
  name: "missing-column",
  severity: "error",
  explanation:
    "The first row must name the columns: user_id or user_id_hash, and at least one of clearance, department and business_unit.",
  wording: ({ columns }) => ({
    message: `The header names no column ${columns}`,
    help: "Start the file with a header such as user_id_hash,clearance,department,business_unit.",
  }),
};

export const duplicateUser: Definition<{ line: number }> = {
  code: "C513",
  name: "duplicate-user",
  severity: "error",
  explanation:
    "A user stands in the table twice. Which of the two clearances holds would be a guess, and a wrong one either hides an access or accuses somebody. Ids that differ only in how an e-mail address is capitalised are one user.",
  wording: ({ line }) => ({
    message: `This user is already listed, in line ${line}`,
    help: "Keep one row for each user.",
  }),
};

export const unknownClearance: Definition<{ value: string; known: readonly string[] }> = {
  code: "C514",
  name: "unknown-clearance",
  severity: "error",
  explanation: "A clearance is one of the values of the event field user_clearance, in lower case.",
  wording: ({ value, known }) => ({
    message: `"${value}" is not a clearance`,
    help: oneOf(value, known),
  }),
};

export const badUserKey: Definition<{ reason: string; help: string }> = {
  code: "C515",
  name: "bad-user-key",
  severity: "error",
  explanation:
    "Every row names its user exactly once: by user_id_hash, the pseudonym of 64 lower-case hex digits that events carry, or by user_id, which is hashed with the key of the deployment while the table is read.",
  wording: ({ reason, help }) => ({ message: reason, help }),
};

export const emptyTable: Definition<Record<never, never>> = {
  code: "C516",
  name: "empty-clearance-table",
  severity: "warning",
  explanation:
    "The clearance table has no users. Then no event gets a clearance, and every access to restricted data raises an alert.",
  wording: () => ({
    message: "The table lists no users, so nobody is cleared for anything",
    help: "Check the export that writes this file.",
  }),
};

export const duplicatePrice: Definition<{ model: string; date: string; line: number }> = {
  code: "C520",
  name: "duplicate-price",
  severity: "error",
  explanation:
    "Two rows of the price table hold for the same model from the same day on. Which one applies would be a guess.",
  wording: ({ model, date, line }) => ({
    message: `${model} already has a price from ${date} on, in line ${line}`,
    help: "Keep one of the rows, or give the later one its own effective_from.",
  }),
};

export const badKey: Definition<{ reason: string }> = {
  code: "C530",
  name: "bad-deployment-key",
  severity: "error",
  explanation:
    "The key of the deployment turns user ids into pseudonyms. It must hold at least 32 random bytes, written as hex or base64. Whoever has the key can find out who a pseudonym is, and a new key breaks every link to older events: keep it in a secret store and never in a repository.",
  wording: ({ reason }) => ({
    message: `The key of the deployment cannot be used: ${reason}`,
    help: "Make one with `openssl rand -hex 32` and keep it in a secret store.",
  }),
};

export const contentLoggingIncomplete: Definition<{ setting: string; why: string }> = {
  code: "C540",
  name: "content-logging-incomplete",
  severity: "error",
  explanation:
    "Content logging is off unless the configuration states on what legal basis it happens, how employees were told, how long content is kept and who may read it. A connector that lacks one of these does not start.",
  wording: ({ setting, why }) => ({
    message: `Content logging is on, but "${setting}" is not stated`,
    help: `Add "${setting}:" (${why}), or set "enabled: false".`,
  }),
};

export const badPattern: Definition<{ pattern: string; reason: string; help: string }> = {
  code: "C550",
  name: "bad-pattern",
  severity: "error",
  explanation:
    "Patterns of classification rules know * (any run of characters), ? (one character) and, for paths, ** (any number of folders). A path pattern starts anywhere in the path unless it begins with / or a drive, and matches everything below a folder. What other programs take for more than text is refused, because a pattern that never matches leaves data without its class.",
  wording: ({ pattern, reason, help }) => ({
    message: `"${pattern}" is no pattern: ${reason}`,
    help,
  }),
};

export const noCondition: Definition<{ known: readonly string[] }> = {
  code: "C551",
  name: "rule-without-condition",
  severity: "error",
  explanation:
    "A classification rule without a condition would match every event. What holds for all events about which nothing else is known is the table's `default`.",
  wording: ({ known }) => ({
    message: "The rule has no condition",
    help: `Name at least one of ${known.join(", ")}, label; or use "default:" for all events.`,
  }),
};

export const badRuleId: Definition<{ id: string }> = {
  code: "C552",
  name: "bad-classification-rule-id",
  severity: "error",
  explanation:
    'The id of a classification rule is written on every event that it classifies, so it is short and plain: lower-case letters, digits and dashes, at most 64. "default" stands for the default of the table.',
  wording: ({ id }) => ({
    message: `"${id}" cannot be the id of a rule`,
    help: 'Write lower-case letters, digits and dashes, such as payroll-files; "default" is taken.',
  }),
};

export const duplicateRuleId: Definition<{ id: string; line: number }> = {
  code: "C553",
  name: "duplicate-classification-rule",
  severity: "error",
  explanation:
    "Two classification rules have the same id. An event that names it would not tell which of the two gave it its class.",
  wording: ({ id, line }) => ({
    message: `${id} is already a rule, in line ${line}`,
    help: "Give each rule an id of its own.",
  }),
};

export const noRules: Definition<Record<never, never>> = {
  code: "C554",
  name: "empty-classification-table",
  severity: "warning",
  explanation:
    "The classification table has neither rules nor a default. Then events keep what their producer states, and most producers state nothing.",
  wording: () => ({
    message: "The table has no rules and no default, so it classifies nothing",
    help: "Add rules, or leave context.classification out of the configuration.",
  }),
};

export const badScimExport: Definition<{ detail: string; what: string }> = {
  code: "C560",
  name: "bad-directory-export",
  severity: "error",
  explanation:
    "An export of a directory is JSON as SCIM has it (RFC 7644): the answer of GET /Users or GET /Groups with its list Resources, a list of such answers, or a list of the resources. Part of an export is refused: it would take clearances away from those who are missing.",
  wording: ({ detail, what }) => ({
    message: `This is no export of ${what} that can be used: ${detail}`,
    help: `Export all ${what} again as SCIM JSON, every page of them.`,
  }),
};

export const badIdentities: Definition<{ detail: string; known: readonly string[] }> = {
  code: "C561",
  name: "bad-identity-attributes",
  severity: "error",
  explanation:
    "The attributes of a directory's user by which events name the person. Their values are hashed with the key of the deployment, as those of events are.",
  wording: ({ detail, known }) => ({
    message: `These are no attributes that name a user: ${detail}`,
    help: `Name some of ${known.join(", ")}.`,
  }),
};

export const groupWithoutMeaning: Definition<Record<never, never>> = {
  code: "C562",
  name: "group-without-meaning",
  severity: "error",
  explanation:
    "An entry of groups_as says what being in a group means: a clearance, a department or a business unit. A file without any such entry and without attributes would say nothing about anybody.",
  wording: () => ({
    message: "This says nothing about anybody",
    help: "Add clearance, department or business_unit.",
  }),
};

export const sharedIdentity: Definition<{ first: number; second: number }> = {
  code: "C563",
  name: "shared-identity",
  severity: "warning",
  explanation:
    "Two users of a directory have a name in common, mostly an address. Whose clearance holds would be a guess, so the name is left out and events under it get none. Positions count from 1; names are not repeated here.",
  wording: ({ first, second }) => ({
    message: `Users ${first} and ${second} of the export share a name, which is left out`,
    help: "Remove one of them from the export, or leave the attribute out of identities.",
  }),
};

export const unusedGroup: Definition<{ group: string }> = {
  code: "C564",
  name: "unknown-group",
  severity: "warning",
  explanation:
    "No group of the export has a name that the pattern matches. It is misspelt, or the group was renamed or is missing from the export, and its people lack what it means.",
  wording: ({ group }) => ({
    message: `No group of the export matches "${group}"`,
    help: "Write the group's displayName, by case; * stands for any text.",
  }),
};

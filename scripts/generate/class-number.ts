// What the serializers share: the number of an event's class, and of its members.
import { blockStates, eventClasses, OTHER, subtypeFields } from "../../src/mapping/event-class.ts";

/** The cases of one event type. */
function renderCases(eventType: string, classes: readonly string[]): string {
  const field = Object.entries(subtypeFields).find(([one]) => one === eventType)?.[1];
  if (field === undefined) return `      return ${eventClasses.indexOf(eventType)};\n`;
  const subtypes = [...new Set(classes.map((one) => one.split("/")[1] ?? ""))];
  const states = classes.length > subtypes.length;
  const cases = subtypes.map((subtype) => {
    const first = eventClasses.findIndex((one) => one.startsWith(`${eventType}/${subtype}`));
    const label = subtype === OTHER ? "default" : `case ${JSON.stringify(subtype)}`;
    const state = states ? " + stateNumber(event.auto_blocked)" : "";
    return `        ${label}:\n          return ${first}${state};\n`;
  });
  return `      switch (event.${field}) {\n${cases.join("")}      }\n`;
}

export function renderClassNumber(): string {
  const types = Map.groupBy(eventClasses, (one) => one.split("/")[0] ?? "");
  const cases = [...types].map(
    ([eventType, classes]) =>
      `    case ${JSON.stringify(eventType)}:\n${renderCases(eventType, classes)}`,
  );
  const state = (name: (typeof blockStates)[number]): number => blockStates.indexOf(name);
  return (
    'import type { EventRecord } from "../mapping/event-class.ts";\n\n' +
    "function stateNumber(autoBlocked: boolean | undefined): number {\n" +
    `  if (autoBlocked === undefined) return ${state("untold")};\n` +
    `  return autoBlocked ? ${state("blocked")} : ${state("not_blocked")};\n}\n\n` +
    "/** How many members an event has. */\n" +
    "export function memberCount(event: EventRecord): number {\n" +
    "  let members = 0;\n  for (const _ in event) members += 1;\n  return members;\n}\n\n" +
    "/** Number of an event's class: its place in `eventClasses`. */\n" +
    "export function classNumber(event: EventRecord): number {\n" +
    `  switch (event.event_type) {\n${cases.join("")}  }\n}\n`
  );
}

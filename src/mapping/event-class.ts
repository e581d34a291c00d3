/**
 * Kinds of event that mappings tell apart. A class is the event type, refined by the subtype and, for
 * security events, by whether the producer blocked the action:
 * `session_start`, `policy_event/approval_denied`, `security_event/other/blocked`.
 */
import type {
  ActivityEvent,
  CommonFields,
  EventField,
  EventType,
  PolicyEvent,
  SecurityEvent,
} from "../event/event.ts";
import { eventFields } from "../generated/event-fields.ts";

type Specific<Event> = Partial<Omit<Event, keyof CommonFields | "event_type">>;

/** An event with every field within reach: a field on a type it does not belong to is mapped too. */
export type EventRecord = CommonFields & {
  readonly event_type: EventType;
} & Specific<PolicyEvent> &
  Specific<SecurityEvent> &
  Specific<ActivityEvent>;

export type EventClass = string;

/** The field that refines an event type. */
export const subtypeFields: Readonly<Partial<Record<EventType, EventField>>> = {
  policy_event: "policy_event_type",
  security_event: "security_event_type",
  activity_event: "activity_type",
};

/** Stands for the subtype of an event that names none. */
export const OTHER = "other";

export const blockStates = ["blocked", "not_blocked", "untold"] as const;

type BlockState = (typeof blockStates)[number];

function blockState(autoBlocked: boolean | undefined): BlockState {
  if (autoBlocked === undefined) return "untold";
  return autoBlocked ? "blocked" : "not_blocked";
}

function classesOf(eventType: EventType): readonly EventClass[] {
  const field = subtypeFields[eventType];
  if (field === undefined) return [eventType];
  const subtypes = [...(eventFields[field].values ?? []), OTHER].map(
    (one) => `${eventType}/${one}`,
  );
  if (eventType !== "security_event") return subtypes;
  return subtypes.flatMap((subtype) => blockStates.map((state) => `${subtype}/${state}`));
}

/** All classes, in schema order. */
export const eventClasses: readonly EventClass[] = (
  eventFields.event_type.values as readonly EventType[]
).flatMap(classesOf);

/** The class of an event. */
export function classOf(event: EventRecord): EventClass {
  switch (event.event_type) {
    case "session_start":
    case "session_end":
      return event.event_type;
    case "policy_event":
      return `policy_event/${event.policy_event_type ?? OTHER}`;
    case "activity_event":
      return `activity_event/${event.activity_type ?? OTHER}`;
    case "security_event":
      return `security_event/${event.security_event_type ?? OTHER}/${blockState(event.auto_blocked)}`;
  }
}

/**
 * The classes a selector means: a class or the beginning of one, with `*` for any part.
 *
 * @example selectClasses("security_event/other")
 */
export function selectClasses(selector: string): readonly EventClass[] {
  const wanted = selector.split("/");
  return eventClasses.filter((one) => {
    const parts = one.split("/");
    return (
      wanted.length <= parts.length &&
      wanted.every((part, index) => part === "*" || part === parts[index])
    );
  });
}

/** Every selector without `*`, for suggestions. */
export const selectors: readonly string[] = [
  ...new Set(
    eventClasses.flatMap((one) => {
      const parts = one.split("/");
      return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    }),
  ),
];

/** Classes in words for a message: whole groups by their selector, long lists cut. */
export function describeClasses(classes: readonly EventClass[]): string {
  if (classes.length === eventClasses.length) return "every event";
  const missing = new Set(classes);
  const shortest = selectors.filter((selector) =>
    selectClasses(selector).every((one) => missing.has(one)),
  );
  const shown = shortest.filter(
    (selector) => !shortest.some((other) => selector.startsWith(`${other}/`)),
  );
  const cut = shown.length > 4 ? [...shown.slice(0, 4), `${shown.length - 4} more`] : shown;
  return cut.join(", ");
}

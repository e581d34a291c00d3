/** A change of state as a form brings it. */
import { isChangeId } from "./change-id.ts";
import { type AlertState, type AskedChange, alertStates } from "./state.ts";

function stateOf(text: string | null): AlertState | undefined {
  return alertStates.find((one) => one === text);
}

/** What a form asks for; `undefined` when it is not one of ours. */
export function parseChange(
  alertId: string,
  form: URLSearchParams,
): Omit<AskedChange, "rule"> | undefined {
  const eventId = form.get("change") ?? "";
  const [from, to] = [stateOf(form.get("from")), stateOf(form.get("to"))];
  if (!isChangeId(eventId) || from === undefined || to === undefined) return undefined;
  const [by, note] = [form.get("by") ?? "", form.get("note") ?? ""];
  return { eventId, alertId, from, to, by, note: note.replaceAll("\r\n", "\n") };
}

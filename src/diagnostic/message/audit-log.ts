/** Messages of the logging library. Codes A1xx. */
import type { Definition } from "../diagnostic.ts";

export const queueFull: Definition<{ waitingMax: number }> = {
  code: "A101",
  name: "queue-full",
  severity: "error",
  explanation:
    "Events that a program queues wait in its memory until they are on the disk. So many wait that another one was not taken: the disk is slower than the program, is full, or refuses. The event is lost, and counted.",
  wording: ({ waitingMax }) => ({
    message: `An audit event was not taken, because ${waitingMax} wait for the disk already`,
    help: "Look at the journal's state in connector.status(); use the calls that wait where no event may be lost.",
  }),
};

export const notAnEvent: Definition<{ reason: string }> = {
  code: "A102",
  name: "not-an-audit-event",
  severity: "error",
  explanation:
    "A program queued something that is no audit event. It was not written, and is counted.",
  wording: ({ reason }) => ({
    message: `A queued audit event is none: ${reason.replace(/\.$/, "")}`,
    help: "Mend the call; the calls that wait reject with the place of the problem.",
  }),
};

export const notWritten: Definition<{ reason: string }> = {
  code: "A103",
  name: "audit-event-not-written",
  severity: "error",
  explanation:
    "A queued audit event is not known to be on the disk, mostly because the connector was stopped. It is counted.",
  wording: ({ reason }) => ({
    message: `A queued audit event was not written: ${reason.replace(/\.$/, "")}`,
    help: "Close the log, and only then stop the connector.",
  }),
};

export const notObserved: Definition<{ reason: string }> = {
  code: "A104",
  name: "not-observed",
  severity: "error",
  explanation:
    "What a client did could not be turned into an audit event. The program's request went on as if nobody looked. This is a defect of the observer or a shape that it does not know.",
  wording: ({ reason }) => ({
    message: `A request was not turned into an audit event: ${reason.replace(/\.$/, "")}`,
    help: "Report it with the version of the client.",
  }),
};

export const notObservable: Definition<{ reason: string }> = {
  code: "A105",
  name: "client-not-observable",
  severity: "error",
  explanation:
    "A client was given to be observed that has none of the ways to look at its requests. It works as before, and no audit events come from it.",
  wording: ({ reason }) => ({
    message: `A client is not observed: ${reason}`,
    help: "Give a client of @anthropic-ai/sdk or @modelcontextprotocol/sdk, as it was constructed.",
  }),
};

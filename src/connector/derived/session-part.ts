/** The part that derives starts and ends of sessions. */
import { type SavedSessions, Sessionizer } from "../../session/sessionizer.ts";
import type { SessionSettings } from "./options.ts";
import type { PartKind } from "./part.ts";

/** Sessions that have ended and are remembered, for each that may be open. */
const ENDED_FOR_EACH = 10;

export function sessionPart(settings: SessionSettings): PartKind {
  const { kinds, idle_timeout: idleMs, late: lateMs, open_max: openMax } = settings;
  return {
    name: "sessions",
    mark: '"derived":"true"',
    open: (saved) => {
      const options = { kinds, idleMs, lateMs, openMax, endedMax: ENDED_FOR_EACH * openMax };
      const sessions = new Sessionizer(options, saved as SavedSessions | undefined);
      const marks = [
        '"event_type":"session_',
        ...kinds.map((kind) => `"source_kind":${JSON.stringify(kind)}`),
      ];
      return {
        concerns: (body) =>
          body.includes('"session_id":') && marks.some((mark) => body.includes(mark)),
        take: (event, nowMs) => sessions.take(event, nowMs),
        pass: (elapsedMs, nowMs) => sessions.pass(elapsedMs, nowMs),
        takeDue: () => sessions.takeDue(),
        save: () => sessions.save(),
        counts: () => {
          const { starts, ends, afterEnd, beforeStart, contradicted, evicted } = sessions.counts;
          return {
            ...{ open: sessions.open, starts, ends, evicted, contradicted },
            after_end: afterEnd,
            before_start: beforeStart,
            forgotten: sessions.forgotten,
          };
        },
      };
    },
  };
}

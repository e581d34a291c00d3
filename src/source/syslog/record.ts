/** Messages as records. */
import { isUtf8 } from "node:buffer";
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import type { SourceRecord } from "../source.ts";
import type { Frame } from "./frame.ts";
import { carriedEvent } from "./message.ts";

/**
 * The record of a message.
 *
 * @param position Number of the message on its connection, from 1.
 * @param limit Longest message that is taken, bytes.
 */
export function recordOf(
  frame: Frame,
  position: number,
  origin: string,
  limit: number,
): SourceRecord {
  const span = { file: origin, line: position, column: 1, length: 1 };
  switch (frame.kind) {
    case "too-long": {
      const args = { bytes: frame.length, limit };
      return { problem: report(sourceMessage.messageTooLong, span, args), position };
    }
    case "cut":
      return { problem: report(sourceMessage.messageCut, span, { bytes: frame.length }), position };
    case "broken":
      return { problem: report(sourceMessage.brokenFrame, span, frame), position };
    case "message": {
      if (!isUtf8(frame.bytes))
        return { problem: report(sourceMessage.invalidUtf8, span, {}), position };
      const message = frame.bytes.toString("utf8");
      const carried = carriedEvent(message);
      if (carried.text !== undefined) return { text: carried.text, position };
      const problem = report(sourceMessage.notEventMessage, span, { found: carried.found });
      return { problem, position, raw: message };
    }
  }
}

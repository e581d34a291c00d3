/** An event as the document of a product, ready to send. */
import type { AuditEvent } from "../event/event.ts";
import { serializeCim } from "../generated/cim-serializer.ts";
import { serializeEcs } from "../generated/ecs-serializer.ts";
import { serializeSentinel } from "../generated/sentinel-serializer.ts";
import type { ChainLink, Target } from "./schema.ts";

/**
 * The JSON text of an event for a target: an ECS document, a row of ClaudeAudit_CL, or a whole record
 * for Splunk's HTTP Event Collector. One line, without a newline.
 *
 * @param event A valid event. Identifiers, times and enumerations are written as they are, because
 *   validation has proven that they need no escaping.
 * @param chain Sequence number and hash of the record in the journal, when it came from there.
 */
export function normalize(event: AuditEvent, target: Target, chain?: ChainLink): string {
  switch (target) {
    case "elastic":
      return serializeEcs(event, chain);
    case "sentinel":
      return serializeSentinel(event, chain);
    case "splunk":
      return serializeCim(event, chain);
  }
}

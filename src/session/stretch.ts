/** When a session was active: stretches of events with no pause in them longer than the idle timeout. */

/** A stretch in milliseconds since the epoch, both ends included. */
export interface Stretch {
  from: number;
  to: number;
  /** Events of it, repeated ones counted again. */
  events: number;
}

/**
 * Takes in the time of one event. Which stretches there are depends on the set of times alone, not on
 * their order.
 *
 * @param stretches Ascending, each more than `idleMs` after the one before; changed in place.
 */
export function addTime(stretches: Stretch[], time: number, idleMs: number): void {
  const after = stretches.findIndex(({ to }) => to + idleMs >= time);
  const near = stretches[after];
  if (near === undefined) {
    stretches.push({ from: time, to: time, events: 1 });
    return;
  }
  if (near.from - idleMs > time) {
    stretches.splice(after, 0, { from: time, to: time, events: 1 });
    return;
  }
  near.from = Math.min(near.from, time);
  near.to = Math.max(near.to, time);
  near.events += 1;
  const next = stretches[after + 1];
  if (next === undefined || next.from - idleMs > near.to) return;
  near.to = next.to;
  near.events += next.events;
  stretches.splice(after + 1, 1);
}

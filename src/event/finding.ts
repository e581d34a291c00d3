import type { Definition } from "../diagnostic/diagnostic.ts";

/** One thing to say about an event, not yet placed in its source. */
export interface Finding {
  // The catalogue's argument types differ per message; `find` pairs them correctly.
  readonly definition: Definition<never>;
  readonly args: never;
  readonly path: readonly string[];
  readonly atKey: boolean;
}

/** Pairs a message with its arguments and the path of the value it is about. */
export function find<Args>(
  definition: Definition<Args>,
  args: Args,
  path: readonly string[],
  atKey = false,
): Finding {
  return { definition: definition as Definition<never>, args: args as never, path, atKey };
}

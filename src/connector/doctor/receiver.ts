/** Sources: can they be opened, and can those that listen have their address? */
import type { CheckFinding } from "../../delivery/sink.ts";
import type { Emit, Source, SourceTools } from "../../source/source.ts";
import type { ConfiguredSource } from "../config-table.ts";
import { createSecretReader } from "../secret.ts";
import type { World } from "../world.ts";
import { failed, ok, reasonOf, warning } from "./check.ts";

const LOOK_MS = 10;
const ADVICE = "Mend what the reason names.";

/** Nothing may be acknowledged while doctor has the door open for a moment. */
const refuse: Emit = async () => {
  throw new Error("doctor takes no events; send them again");
};

/** Starts a receiver and ends it as soon as it listens, or cannot. */
async function listen(source: Source, signal: AbortSignal, world: World): Promise<CheckFinding> {
  const stop = new AbortController();
  let end: { readonly cause?: unknown } | undefined;
  const ended = source.start(refuse, AbortSignal.any([signal, stop.signal])).then(
    () => {
      end = {};
    },
    (cause: unknown) => {
      end = { cause };
    },
  );
  let address = source.address?.();
  while (address === undefined && end === undefined && !signal.aborted) {
    await new Promise<void>((resolve) => world.clock.after(LOOK_MS, resolve));
    address = source.address?.();
  }
  stop.abort();
  await ended;
  if (address !== undefined) return ok(`can listen at ${address}`);
  return failed(end?.cause === undefined ? "it does not listen" : reasonOf(end.cause), ADVICE);
}

/**
 * Opens a source as the connector would. Receivers listen for a moment and refuse what is sent to
 * them; sources that can ask their origin do so; others are not started, because that would take
 * events or join a group.
 */
export async function checkSource(
  configured: ConfiguredSource,
  world: World,
  isRunning: boolean,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { name } = configured;
  const { clock, random, environment } = world;
  const warnings: CheckFinding[] = [];
  const warn = (message: string): void => {
    warnings.push(warning(message, ADVICE));
  };
  const tools: SourceTools = {
    ...{ name, warn, random, now: clock.now, ready: () => false },
    readSecret: createSecretReader({ environment, warn }),
    checkpoints: { load: async () => undefined, save: async () => {} },
  };
  let source: Source;
  try {
    source = await configured.open(tools);
  } catch (cause) {
    return [failed(reasonOf(cause), ADVICE), ...warnings];
  }
  const isReceiver = source.address !== undefined;
  if (source.check !== undefined) return [...(await source.check(signal)), ...warnings];
  if (isRunning || !isReceiver) return [ok("can be opened"), ...warnings];
  return [await listen(source, signal, world), ...warnings];
}

/** Failures of a product that is asked, told apart from defects of this program and its files. */
import type { Inventory } from "../../delivery/sink.ts";

/** The product could not be asked; the message says why and what to do. */
export class CannotAskError extends Error {
  override readonly name = "CannotAskError";
}

function cannotAsk(cause: unknown): CannotAskError {
  return new CannotAskError(cause instanceof Error ? cause.message : String(cause), { cause });
}

/** The inventory with every rejection as a `CannotAskError`. */
export function askedInventory(inventory: Inventory): Inventory {
  const { keptFrom } = inventory;
  return {
    ...(keptFrom !== undefined && {
      keptFrom: async () => {
        try {
          return await keptFrom();
        } catch (cause) {
          throw cannotAsk(cause);
        }
      },
    }),
    countByMinute: async (from, to, signal) => {
      try {
        return await inventory.countByMinute(from, to, signal);
      } catch (cause) {
        throw cannotAsk(cause);
      }
    },
    eventIds: async function* (from, to, signal) {
      const ids = inventory.eventIds(from, to, signal)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await ids.next().catch((cause: unknown) => {
            throw cannotAsk(cause);
          });
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        await ids.return?.();
      }
    },
  };
}

/**
 * Keys of the configuration that make a kind of sink readable. Kinds that are not here have nothing
 * that could be asked, or need no setting.
 */
export const READER_SETTINGS: Readonly<Record<string, string>> = {
  elasticsearch: "reader_api_key",
  sentinel: "workspace_id",
  splunk: "search",
};

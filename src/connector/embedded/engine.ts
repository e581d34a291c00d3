/** The optional package that the embedded store stands on. */
import { loadPackage } from "../../config/package.ts";
import type { DuckdbApi } from "../../engine/event-store.ts";
import { reasonOf } from "./failure.ts";

/** Loads the engine; throws `MissingPackageError` when it is not installed. */
export function loadEngine(): Promise<DuckdbApi> {
  return loadPackage(
    "@duckdb/node-api",
    "the sink kind embedded",
    () => import("@duckdb/node-api"),
  );
}

/** Why the engine cannot be used on this machine; `undefined` when it can. */
export async function engineProblem(): Promise<string | undefined> {
  try {
    await loadEngine();
    return undefined;
  } catch (cause) {
    return reasonOf(cause);
  }
}

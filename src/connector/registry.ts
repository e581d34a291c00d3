/** Every kind of source and sink that this version has, in the order of the reference page. */
import type { Kinds } from "./config-table.ts";

export const kinds: Kinds = {
  sources: [],
  sinks: [],
};

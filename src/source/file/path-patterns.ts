/** A list of paths and patterns; relative ones count from the folder of the configuration. */
import type { Option } from "../../config/option.ts";
import { texts } from "../../config/option-type.ts";
import { resolvePath } from "../../config/path.ts";

export function pathPatterns(row: {
  readonly doc: string;
  readonly example: string;
}): Option<readonly string[]> {
  const list = texts(row);
  return {
    ...list,
    type: "list of paths and patterns",
    read: (reader, key, diagnostics) => {
      const { file } = reader.spanOf(key);
      return list.read(reader, key, diagnostics)?.map((path) => resolvePath(file, path));
    },
  };
}

/** Sizes of a configuration: text with a binary unit (IEC 80000-13), such as `64MiB`. */
import { report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { describeNode } from "../yaml/node.ts";
import type { Option } from "./option.ts";

const SIZE = /^([0-9]{1,9})(B|KiB|MiB|GiB|TiB)$/;
const UNIT_BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** Bytes of a size such as `64MiB`; `undefined` for other text, also for units of a thousand. */
export function parseSize(text: string): number | undefined {
  const parts = SIZE.exec(text);
  return parts === null
    ? undefined
    : Number(parts[1]) * UNIT_BYTES[parts[2] as keyof typeof UNIT_BYTES];
}

/** Bytes in the shortest exact form: `64MiB`, `1500B`. */
export function formatSize(bytes: number): string {
  for (const unit of ["TiB", "GiB", "MiB", "KiB"] as const) {
    if (bytes > 0 && bytes % UNIT_BYTES[unit] === 0) return `${bytes / UNIT_BYTES[unit]}${unit}`;
  }
  return `${bytes}B`;
}

/** A size such as `64MiB`, in bytes, within bounds. */
export function size(row: {
  readonly doc: string;
  readonly fallback?: number;
  readonly example?: string;
  readonly minBytes: number;
  readonly maxBytes: number;
}): Option<number> {
  const { fallback, minBytes, maxBytes } = row;
  const bounds = `${formatSize(minBytes)}–${formatSize(maxBytes)}`;
  return {
    doc: row.doc,
    type: `size ${bounds}`,
    schema: { type: "string", pattern: SIZE.source },
    ...(fallback !== undefined && { fallback: formatSize(fallback) }),
    ...(row.example !== undefined && { example: row.example }),
    read: (reader, key, diagnostics) => {
      const expected = "a size such as 512KiB, 64MiB or 10GiB";
      const node = fallback === undefined ? reader.required(key, expected) : reader.optional(key);
      if (node === undefined) return fallback;
      const bytes = node.kind === "scalar" ? parseSize(String(node.value)) : undefined;
      if (bytes === undefined) {
        const args = { key, expected, found: describeNode(node) };
        diagnostics.push(report(yamlMessage.wrongType, node.span, args));
        return undefined;
      }
      if (bytes >= minBytes && bytes <= maxBytes) return bytes;
      const args = { key, value: formatSize(bytes), range: bounds };
      diagnostics.push(report(configMessage.sizeOutOfRange, node.span, args));
      return undefined;
    },
  };
}

/** Messages about sources. Codes S7xx. */
import type { Definition } from "../diagnostic.ts";

export const lineTooLong: Definition<{ bytes: number; limit: number }> = {
  code: "S701",
  name: "line-too-long",
  severity: "error",
  explanation:
    "A line is longer than an audit event may be. It was skipped without being held in memory, and is counted as rejected. Content that belongs to no audit event is the usual cause.",
  wording: ({ bytes, limit }) => ({
    message: `The line has ${bytes} bytes; at most ${limit} are read`,
    help: "Send metadata only, or check that lines end in a newline.",
  }),
};

export const invalidUtf8: Definition<Record<never, never>> = {
  code: "S702",
  name: "invalid-utf8",
  severity: "error",
  explanation:
    "A line is not valid UTF-8. Decoding it would replace bytes, and an altered event is no evidence.",
  wording: () => ({
    message: "The line is not valid UTF-8",
    help: "Let the producer write UTF-8, or convert the file with iconv.",
  }),
};

export const badGzip: Definition<{ detail: string }> = {
  code: "S703",
  name: "bad-gzip",
  severity: "error",
  explanation:
    "The input starts like a gzip file but cannot be decompressed to its end. What came before was read.",
  wording: ({ detail }) => ({
    message: `The gzip stream is broken: ${detail}`,
    help: "Copy the file again; it was probably cut.",
  }),
};

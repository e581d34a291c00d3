import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { openStdin } from "../../src/source/stdin/kind.ts";
import { describeSource, lineOf, sourceTools, Taker } from "../conformance/source.ts";

describeSource({
  name: "stdin",
  replays: false,
  ends: true,
  create: async () => {
    const input = new PassThrough();
    return {
      open: async (tools) => openStdin(tools, input),
      put: (lines) => {
        for (const line of lines) input.write(Buffer.concat([line, Buffer.from("\n")]));
      },
      unread: () => input.writableLength + input.readableLength,
      end: () => {
        input.end();
      },
      close: async () => {
        input.destroy();
      },
    };
  },
});

it("takes a last line without its end, and says when reading fails", async () => {
  const input = new PassThrough();
  const taker = new Taker();
  const running = openStdin(sourceTools(), input).start(taker.emit, new AbortController().signal);
  input.end(`${lineOf(1)}\n\n${lineOf(2)}`);
  await running;
  expect(taker.taken.map(({ what, position }) => [what, position])).toEqual([
    [lineOf(1), 1],
    [lineOf(2), 3],
  ]);

  const broken = new PassThrough();
  const failing = openStdin(sourceTools(), broken).start(taker.emit, new AbortController().signal);
  broken.destroy(new Error("EIO: i/o error"));
  await expect(failing).rejects.toThrow("EIO");

  const refusing = new Taker();
  refusing.fail();
  const quiet = new PassThrough();
  const refused = openStdin(sourceTools(), quiet).start(
    refusing.emit,
    new AbortController().signal,
  );
  quiet.write(`${lineOf(1)}\n`);
  await expect(refused).rejects.toThrow("the connector stops");
});

/** Errors of the client, as it builds them, as what became of each partition. */
import { describe, expect, it } from "vitest";
import { collectAnswers } from "../../../src/sink/kafka/platformatic.ts";

const names: Readonly<Record<number, string>> = {
  6: "NOT_LEADER_OR_FOLLOWER",
  10: "MESSAGE_TOO_LARGE",
};
const nameOf = (code: number): string => names[code] ?? `ERROR_${code}`;

/** An answer to a Produce request in which some partitions failed: [partition, error, offset]. */
function responseError(...partitions: readonly (readonly [number, number, bigint])[]): Error {
  const partitionResponses = partitions.map(([index, errorCode, baseOffset]) => ({
    index,
    errorCode,
    baseOffset,
  }));
  const response = { responses: [{ name: "audit", partitionResponses }] };
  return Object.assign(new AggregateError([], "Received response with error"), { response });
}

describe("answers of a cluster that failed in part", () => {
  it("keeps the partitions apart", () => {
    const answers = collectAnswers(responseError([0, 0, 41n], [1, 10, -1n]), nameOf);
    expect([...answers]).toEqual([
      [0, { baseOffset: 41n }],
      [1, { failure: { kind: "too-large", reason: "the broker answered MESSAGE_TOO_LARGE" } }],
    ]);
  });

  it("counts the leaders that answered well beside one that did not", () => {
    const error = Object.assign(
      new AggregateError([responseError([1, 6, -1n])], "Producing messages failed."),
      { produced: { offsets: [{ topic: "audit", partition: 0, offset: 7n }] } },
    );
    const answers = collectAnswers(error, nameOf);
    expect(answers.get(0)).toEqual({ baseOffset: 7n });
    expect(answers.get(1)).toMatchObject({ failure: { kind: "temporary" } });
  });

  it("keeps an offset that was given once, and the last word where there was none", () => {
    const error = new AggregateError(
      [responseError([0, 0, 3n], [1, 6, -1n]), responseError([0, 6, -1n], [1, 10, -1n])],
      "produce failed 2 times.",
    );
    const answers = collectAnswers(error, nameOf);
    expect(answers.get(0)).toEqual({ baseOffset: 3n });
    expect(answers.get(1)).toMatchObject({ failure: { kind: "too-large" } });
  });

  it("knows nothing where the connection broke", () => {
    expect(collectAnswers(new Error("Connection closed"), nameOf).size).toBe(0);
  });
});

/** What records of each product become, as files to review. */
import { describe, expect, it } from "vitest";
import { eventOf, fixtureLines, formats, readLines } from "./stand.ts";

// What telemetry becomes has golden files of its own.
const reviewed = formats.filter((format) => format !== "otlp_json");

describe.each(reviewed)("records of %s", (format) => {
  it("become the events of the golden file", async () => {
    const { records, unknownFields, unknownRecords, passedOver } = await readLines(
      format,
      fixtureLines(format),
    );
    const lines = records.map((record) =>
      record.text === undefined
        ? `${record.problem.code} ${record.problem.message}`
        : JSON.stringify(eventOf(record), null, 1),
    );
    const counts = JSON.stringify({ unknownFields, unknownRecords, passedOver });
    await expect(`${[...lines, counts].join("\n")}\n`).toMatchFileSnapshot(
      `../../golden/gateway/${format}.txt`,
    );
  });

  it("hold no content, no secret and no identity", async () => {
    const { records } = await readLines(format, fixtureLines(format));
    for (const record of records) {
      if (record.text === undefined) continue;
      expect(record.text).not.toMatch(/CANARY|@|Bearer|sk-/);
    }
  });
});

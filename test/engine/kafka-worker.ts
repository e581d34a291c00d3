/**
 * A connector reduced to what counts: reads topics as a member of a group and appends what it gets to
 * a file with fsync before it says so. The test kills it. Arguments: broker, topic, group, file.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { kafkaSourceKind } from "../../src/source/kafka/source.ts";
import type { Emit } from "../../src/source/source.ts";
import { sourceOptions, sourceTools } from "./kafka-source-options.ts";

const [broker = "", topic = "", group = "", file = ""] = process.argv.slice(2);
const journal = openSync(file, "a");
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

const emit: Emit = async (records, origin) => {
  for (const { text, position } of records) writeSync(journal, `${origin} ${position} ${text}\n`);
  fsyncSync(journal);
  // A slow journal leaves time to be killed between taking and committing.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { accepted: records.length, rejected: [] };
};

const options = sourceOptions(broker, { topics: [topic], group });
const source = await kafkaSourceKind.open(options, sourceTools());
await source.start(emit, stop.signal);
closeSync(journal);

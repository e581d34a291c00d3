/** Sends one event to the URL of the first argument, in a process of its own; prints the outcome's kind. */
import { journaled } from "../../conformance/event.ts";
import { KEYS, never, openOn, optionsFor } from "./open.ts";

const [, , url = ""] = process.argv;
const sink = await openOn(optionsFor(url), new Map(Object.entries(KEYS)));
const record = sink.encode(journaled(1));
if (!("body" in record)) throw new Error(record.reason);
const [outcome] = await sink.send([record], never());
process.stdout.write(outcome?.kind ?? "nothing");
await sink.close();

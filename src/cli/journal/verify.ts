/** `claude-siem journal verify`: does the chain hold? */
import { isError } from "../../diagnostic/diagnostic.ts";
import { verifyJournal } from "../../journal/read.ts";
import type { ScanResult } from "../../journal/scan.ts";
import type { Arguments } from "../arguments.ts";
import { type Context, tell, write } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { reading } from "../failure.ts";
import { counted } from "../terminal/table.ts";

function renderText(result: ScanResult, holds: boolean): string {
  const head = `${counted(result.records, "record")} in ${counted(result.segments, "segment")}, ${counted(result.events, "event")}.\n`;
  if (!holds) return `The chain does NOT hold. Good up to record ${result.headSeq}: ${head}`;
  return `The chain holds. ${head}Head: record ${result.headSeq}, hash ${result.headHash}\n`;
}

export async function verify(folder: string, args: Arguments, context: Context): Promise<ExitCode> {
  const result = await reading(folder, args.spanOf(folder), () => verifyJournal(folder));
  const expected = args.text("expect-head");
  const sameHead = expected === undefined || expected === result.headHash;
  const holds = sameHead && (result.problem === undefined || !isError(result.problem));
  if (result.problem) await tell(context, [result.problem]);
  if (!sameHead) {
    await write(
      context.stderr,
      `The chain ends with ${result.headHash}, not with ${expected}: records after that one were cut off or rewritten, or the journal has grown since.\n`,
    );
  }
  if (args.text("format") === "json")
    await write(context.stdout, `${JSON.stringify({ holds, ...result })}\n`);
  else await write(context.stdout, renderText(result, holds));
  return holds ? EXIT.ok : EXIT.integrity;
}

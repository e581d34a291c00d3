/**
 * A subsearch that returns the times of the search around it: `[| makeresults … | return earliest
 * latest]` (Search Reference, return; Time modifiers). Other subsearches are refused.
 */
import { parseCommand } from "./command.ts";
import { SplError } from "./error.ts";
import { commandsOf } from "./lexer.ts";
import type { Context } from "./reading.ts";
import { numberOf, type Row } from "./value.ts";

interface Times {
  readonly earliest: number;
  readonly latest: number;
}

interface TimeSearch {
  /** The search without it. */
  readonly outer: string;
  readonly times?: (chosen: Context) => Times;
}

export function splitTimeSearch(text: string): TimeSearch {
  const found = /^([^|[]*)\[(\| makeresults [^\]]*)\| return earliest latest\]/.exec(text);
  if (found === null) return { outer: text };
  const [whole, before = "", inner = ""] = found;
  const runs = commandsOf(inner).slice(1).map(parseCommand);
  return {
    outer: before + text.slice(whole.length),
    times: (chosen) => {
      const [row] = runs.reduce<readonly Row[]>((rows, run) => run(rows, chosen), []);
      const [earliest, latest] = ["earliest", "latest"].map((name) =>
        numberOf(row?.get(name) ?? null),
      );
      if (earliest === undefined || latest === undefined)
        throw new SplError("a subsearch without times", before.length);
      return { earliest, latest };
    },
  };
}

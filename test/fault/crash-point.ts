/**
 * Kills its own process at a chosen operation on files, so that a test can enumerate crash points. To be
 * imported before anything that takes functions from `node:fs/promises`.
 *
 * CRASH_AT is `operation number moment`, such as `datasync 12 after`; `number` counts from 1.
 */

import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** Operations at which a process can be killed; `any` counts all of them. */
export const OPERATIONS = [
  "write",
  "datasync",
  "sync",
  "writeFile",
  "rename",
  "open",
  "rm",
] as const;

type Work = (...args: unknown[]) => Promise<unknown>;

async function arm(operation: string, number: number, moment: string): Promise<void> {
  let seen = 0;
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
  };
  const wrap = (name: string, work: Work) =>
    async function wrapped(this: unknown, ...args: unknown[]): Promise<unknown> {
      if (operation === "any" || operation === name) seen += 1;
      const isHere = seen === number && (operation === "any" || operation === name);
      if (isHere && moment === "before") die();
      const result = await work.apply(this, args);
      if (isHere) die();
      return result;
    };
  const handle = await fs.open("/dev/null", "r");
  const prototype = Object.getPrototypeOf(handle) as Record<string, Work>;
  await handle.close();
  for (const name of ["write", "datasync", "sync", "writeFile"]) {
    const work = prototype[name];
    if (work !== undefined) prototype[name] = wrap(name, work);
  }
  const functions = fs as unknown as Record<string, Work>;
  for (const name of ["rename", "open", "rm"]) {
    const work = functions[name];
    if (work !== undefined) functions[name] = wrap(name, work);
  }
  syncBuiltinESMExports();
}

const [operation, number, moment] = (process.env["CRASH_AT"] ?? "").split(" ");
if (operation !== undefined && number !== undefined && moment !== undefined)
  await arm(operation, Number(number), moment);

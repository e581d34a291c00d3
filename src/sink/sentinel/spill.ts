/**
 * Whole values of fields that the product would cut, by the SHA-256 of their bytes:
 * `spill/ab/abcdef….txt`. `sha256sum` proves a file; the row names it.
 */
import { mkdir, open, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WholeValue } from "./field-limit.ts";

export interface Spill {
  /** Resolves when the values are on the device. */
  readonly keep: (values: readonly WholeValue[]) => Promise<void>;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return false;
    throw cause;
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeDurable(path: string, text: string): Promise<void> {
  const handle = await open(path, "w", 0o640);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function openSpill(folder: string): Spill {
  const root = join(folder, "spill");
  let count = 0;

  async function keepOne({ sha256, text }: WholeValue): Promise<void> {
    const path = join(root, sha256.slice(0, 2), `${sha256}.txt`);
    // Only a whole file ever gets this name, so what is there is right.
    if (await exists(path)) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    count += 1;
    const unfinished = `${path}.${count}.unfinished`;
    await writeDurable(unfinished, text);
    await rename(unfinished, path);
    for (const named of [dirname(path), root, folder]) await syncFolder(named);
  }

  return {
    keep: async (values) => {
      for (const value of values) await keepOne(value);
    },
  };
}

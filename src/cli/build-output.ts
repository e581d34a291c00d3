/**
 * Puts artifacts into an output folder so that readers see the old files or the new ones, never half of
 * either: everything is written into a staging folder beside them, then moved into place.
 */
import { lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Artifact, type BuildContent, renderManifest } from "../pack/artifact.ts";
import { isSystemError, writing } from "./failure.ts";

const STAGING = ".claude-siem-build-";
const MANIFEST = "manifest.json";

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    if (isSystemError(cause) && cause.code === "ENOENT") return false;
    throw cause;
  }
}

/** Staging folders of builds that were killed. */
async function removeLeftovers(out: string): Promise<void> {
  for (const name of await readdir(out)) {
    if (name.startsWith(STAGING)) await rm(join(out, name), { recursive: true, force: true });
  }
}

async function stage(
  folder: string,
  artifacts: readonly Artifact[],
  version: string,
  content: BuildContent | undefined,
): Promise<void> {
  const files = artifacts.flatMap(({ path, body }) => (body === undefined ? [] : [{ path, body }]));
  files.push({ path: MANIFEST, body: renderManifest(artifacts, version, content) });
  for (const { path, body } of files) {
    const place = join(folder, "new", path);
    await writing(place, async () => {
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, body);
    });
  }
}

/** Moves entries into place; when one fails, those before it go back to what they were. */
async function swap(out: string, folder: string, entries: readonly string[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const entry of entries) {
      const [place, old, made] = [
        join(out, entry),
        join(folder, "old", entry),
        join(folder, "new", entry),
      ];
      if (await exists(place)) {
        await rename(place, old);
        undo.unshift(() => rename(old, place));
      }
      if (!(await exists(made))) continue;
      await rename(made, place);
      undo.unshift(() => rename(place, made));
    }
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

/**
 * Replaces the folders of `targets` and the manifest. Folders of other targets stay. After a failure the
 * output folder is as it was.
 *
 * @param targets First parts of the artifacts' paths; a target without files loses its folder.
 */
export async function installArtifacts(
  out: string,
  targets: readonly string[],
  artifacts: readonly Artifact[],
  version: string,
  content?: BuildContent,
): Promise<void> {
  const folder = await writing(out, async () => {
    await mkdir(out, { recursive: true });
    await removeLeftovers(out);
    return mkdtemp(join(out, STAGING));
  });
  try {
    await stage(folder, artifacts, version, content);
    await writing(out, async () => {
      await mkdir(join(folder, "old"));
      await swap(out, folder, [...targets, MANIFEST]);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data folder: who may read and write it, how much room there is, how long a sync takes. */
import { access, constants, open, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CheckFinding } from "../../delivery/sink.ts";
import { hasCode } from "../../journal/file-system.ts";
import type { ConnectorConfig } from "../config.ts";
import { failed, ok, reasonOf, warning } from "./check.ts";

const MIB = 2 ** 20;
const SYNCS = 11;
const BLOCK = Buffer.alloc(4096);
/** Acknowledgements wait for the device; slower ones are felt. */
const SYNC_MS_MAX = 50;

/** The folder, or the closest one above it that exists. */
async function closestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (cause) {
    if (!hasCode(cause, "ENOENT") || dirname(path) === path) throw cause;
    return closestFolder(dirname(path));
  }
}

async function spaceFinding(folder: string, freeMin: number): Promise<CheckFinding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${Math.floor(free / MIB).toLocaleString("en-US")} MiB are free`;
  const needed = `${Math.floor(freeMin / MIB).toLocaleString("en-US")} MiB`;
  if (free < freeMin)
    return failed(
      `only ${text}: the connector takes no events below ${needed}`,
      "Free space, or lower journal.disk_free_min.",
    );
  if (free < 2 * freeMin)
    return warning(
      `only ${text}; below ${needed} the connector takes no more events`,
      "Free space, or move data_dir to a larger disk.",
    );
  return ok(text);
}

async function permissionFindings(folder: string): Promise<readonly CheckFinding[]> {
  const { mode, uid } = await stat(folder);
  const findings: CheckFinding[] = [];
  if (process.platform !== "win32" && (mode & 0o007) !== 0)
    findings.push(
      warning(`everybody on this machine may look into ${folder}`, `Run chmod o-rwx ${folder}.`),
    );
  if (process.getuid !== undefined && process.getuid() !== uid)
    findings.push(
      warning(
        `${folder} belongs to user ${uid}, and doctor runs as user ${process.getuid()}`,
        "Run doctor as the user that runs the connector: what it may do is what matters.",
      ),
    );
  return findings;
}

/** Writes and syncs a file as the journal does, and measures. */
async function syncFinding(folder: string): Promise<CheckFinding> {
  const path = join(folder, `.doctor-${process.pid}`);
  const file = await open(path, "wx", 0o600);
  try {
    const times: number[] = [];
    for (let n = 0; n < SYNCS; n += 1) {
      const started = performance.now();
      await file.write(BLOCK);
      await file.datasync();
      times.push(performance.now() - started);
    }
    const median = times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)] ?? 0;
    const text = `can be written; a sync takes ${median.toFixed(1)} ms`;
    return median <= SYNC_MS_MAX
      ? ok(text)
      : warning(
          text,
          "Put data_dir on a local disk or SSD: every acknowledgement waits for a sync.",
        );
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** Leaves nothing behind. */
export async function checkDataFolder(config: ConnectorConfig): Promise<readonly CheckFinding[]> {
  const { data_dir: folder } = config;
  const found = await closestFolder(folder);
  const space = await spaceFinding(found, config.journal.disk_free_min);
  const advice =
    "Let the user that runs the connector write there, or set data_dir to another folder.";
  if (found !== folder) {
    try {
      await access(found, constants.W_OK);
      return [ok(`${folder} does not exist yet and can be made`), space];
    } catch (cause) {
      return [failed(`${folder} cannot be made: ${reasonOf(cause)}`, advice), space];
    }
  }
  const permissions = await permissionFindings(folder);
  try {
    return [await syncFinding(folder), space, ...permissions];
  } catch (cause) {
    return [
      failed(`${folder} cannot be written: ${reasonOf(cause)}`, advice),
      space,
      ...permissions,
    ];
  }
}

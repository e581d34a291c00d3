/** alerts.ndjson: every alert once, one line of JSON, on the device before it counts as told. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { LiveAlert } from "../../engine/live-detection.ts";
import { hasCode } from "../../journal/file-system.ts";
import { LineBox } from "../../journal/line-box.ts";
import { ownerOnlyFileSystem } from "../../sink/file/disk.ts";

function idOf(line: string): string | undefined {
  try {
    return (JSON.parse(line) as Partial<LiveAlert>).alert_id;
  } catch {
    // A piece of a line that a crash left; its alert is written again.
    return undefined;
  }
}

export class AlertFile {
  readonly #path: string;
  #box: LineBox | undefined;
  /** Whether a process before this one may have ended between writing a line and noting it. */
  #doubt = true;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Writes alerts that are not in the file yet.
   *
   * @returns Those that were written now; all are in the file when it resolves.
   */
  async append(alerts: readonly LiveAlert[]): Promise<readonly LiveAlert[]> {
    const there = this.#doubt && alerts.length > 0 ? await this.#find(alerts) : new Set<string>();
    const missing = alerts.filter(({ alert_id }) => !there.has(alert_id));
    if (missing.length === 0) return [];
    // After a failed write nobody knows how much of it is there.
    this.#doubt = true;
    this.#box ??= await LineBox.open(this.#path, ownerOnlyFileSystem);
    try {
      await this.#box.append(missing.map((alert) => JSON.stringify(alert)));
    } catch (cause) {
      // Somebody may have put another file in its place: the next call looks anew.
      await this.close();
      throw cause;
    }
    this.#doubt = false;
    return missing;
  }

  async #find(alerts: readonly LiveAlert[]): Promise<ReadonlySet<string>> {
    const wanted = new Set(alerts.map(({ alert_id }) => alert_id));
    const found = new Set<string>();
    try {
      for await (const line of createInterface({ input: createReadStream(this.#path) })) {
        const id = idOf(line);
        if (id !== undefined && wanted.has(id)) found.add(id);
      }
    } catch (cause) {
      if (!hasCode(cause, "ENOENT")) throw cause;
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#box?.close();
    this.#box = undefined;
  }
}

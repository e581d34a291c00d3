/**
 * A disk in memory that knows what is durable and what is not, for tests of crashes and refusals.
 *
 * It keeps to what POSIX and Linux promise, and to no more: written blocks reach the device only with
 * a sync, or by chance; names only with a sync of their folder; a rename is whole or not at all; after
 * a failed sync the blocks look written, and no later sync brings them to the device.
 */
import { basename, dirname } from "node:path";
import type { AppendHandle, JournalFileSystem, ReadHandle } from "../../src/journal/file-system.ts";

const BLOCK = 64;

/**
 * What a crash leaves of that which was not synced. `killed`: only the process stopped; what it wrote
 * is there, and still not on the device.
 */
export type CrashMode = "nothing" | "everything" | "prefix" | "blocks" | "killed";

export const crashModes: readonly CrashMode[] = [
  "nothing",
  "everything",
  "prefix",
  "blocks",
  "killed",
];

interface Inode {
  live: Buffer;
  durable: Buffer;
  /** Blocks that were written since the last sync. */
  readonly dirty: Set<number>;
  modified: number;
  readOnly: boolean;
}

interface NameChange {
  readonly removes?: string;
  readonly sets?: readonly [string, Inode];
}

interface Folder {
  readonly live: Map<string, Inode>;
  durable: Map<string, Inode>;
  readonly changes: NameChange[];
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code, syscall: "simulated" });
}

/** Decides what happens to operation `n` (from 1): an error code refuses it. */
export type Refuse = (operation: string, n: number, path: string) => string | undefined;

export class SimulatedDisk {
  readonly #folders = new Map<string, Folder>();
  readonly #random: () => number;
  /** Operations that change or sync something, in order. */
  readonly log: string[] = [];
  refuse: Refuse = () => undefined;
  /** The operation at which the machine stops. */
  crashAt: number = Number.POSITIVE_INFINITY;
  #crashed: () => void = () => {};
  readonly crashed: Promise<void>;
  now = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.crashed = new Promise((resolve) => {
      this.#crashed = resolve;
    });
  }

  /** Counts an operation. A stopped machine never answers. Returns whether only a part is to be done. */
  async #step(operation: string, path: string): Promise<"whole" | "part"> {
    if (this.log.length >= this.crashAt) await new Promise(() => {});
    this.log.push(`${operation} ${basename(path)}`);
    if (this.log.length === this.crashAt) return "part";
    // Other work goes on while a device is busy.
    await Promise.resolve();
    const code = this.refuse(operation, this.log.length, path);
    if (code !== undefined) throw systemError(code, path);
    return "whole";
  }

  async #stop(): Promise<never> {
    this.#crashed();
    return new Promise(() => {});
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw systemError("ENOENT", path);
    return folder;
  }

  #inode(path: string): Inode {
    const inode = this.#folder(dirname(path)).live.get(basename(path));
    if (inode === undefined) throw systemError("ENOENT", path);
    return inode;
  }

  #create(path: string): Inode {
    const folder = this.#folder(dirname(path));
    const inode: Inode = {
      live: Buffer.alloc(0),
      durable: Buffer.alloc(0),
      dirty: new Set(),
      modified: this.now,
      readOnly: false,
    };
    folder.live.set(basename(path), inode);
    folder.changes.push({ sets: [basename(path), inode] });
    return inode;
  }

  #write(inode: Inode, bytes: Uint8Array): void {
    const from = inode.live.length;
    inode.live = Buffer.concat([inode.live, bytes]);
    for (let block = Math.floor(from / BLOCK); block * BLOCK < inode.live.length; block += 1)
      inode.dirty.add(block);
    inode.modified = this.now;
  }

  #sync(inode: Inode): void {
    const durable = Buffer.alloc(inode.live.length);
    inode.durable.copy(durable);
    for (const block of inode.dirty)
      inode.live.copy(durable, block * BLOCK, block * BLOCK, block * BLOCK + BLOCK);
    inode.durable = durable;
    inode.dirty.clear();
  }

  async #writeStep(inode: Inode, path: string, bytes: Uint8Array): Promise<void> {
    let step: "whole" | "part";
    try {
      step = await this.#step("write", path);
    } catch (cause) {
      // A full disk takes what fits.
      this.#write(inode, bytes.subarray(0, Math.floor(this.#random() * bytes.length)));
      throw cause;
    }
    if (step === "part") {
      this.#write(inode, bytes.subarray(0, Math.floor(this.#random() * (bytes.length + 1))));
      await this.#stop();
    }
    this.#write(inode, bytes);
  }

  async #syncStep(inode: Inode, path: string): Promise<void> {
    let step: "whole" | "part";
    try {
      step = await this.#step("sync", path);
    } catch (cause) {
      // The kernel reports the loss once and forgets it: the blocks count as written from now on.
      inode.dirty.clear();
      throw cause;
    }
    if (step === "part") {
      if (this.#random() < 0.5) this.#sync(inode);
      await this.#stop();
    }
    this.#sync(inode);
  }

  #appendHandle(inode: Inode, path: string): AppendHandle {
    return {
      write: (bytes) => this.#writeStep(inode, path, bytes),
      datasync: () => this.#syncStep(inode, path),
      truncate: async (length) => {
        if ((await this.#step("truncate", path)) === "part") await this.#stop();
        inode.live = Buffer.from(inode.live.subarray(0, length));
        for (const block of inode.dirty) if (block * BLOCK >= length) inode.dirty.delete(block);
        if (length % BLOCK > 0) inode.dirty.add(Math.floor(length / BLOCK));
      },
      size: async () => inode.live.length,
      close: async () => {},
    };
  }

  #readHandle(inode: Inode): ReadHandle {
    return {
      read: async (into, position) => inode.live.copy(into, 0, position),
      size: async () => inode.live.length,
      close: async () => {},
    };
  }

  /** The disk as the journal sees it. */
  get files(): JournalFileSystem {
    return {
      // A new folder counts as durable: the real one is synced when it is made.
      makeFolder: async (path) => {
        if (!this.#folders.has(path))
          this.#folders.set(path, { live: new Map(), durable: new Map(), changes: [] });
      },
      list: async (path) => [...this.#folder(path).live.keys()].sort(),
      openRead: async (path) => this.#readHandle(this.#inode(path)),
      openAppend: async (path, create) => {
        const folder = this.#folder(dirname(path));
        const known = folder.live.get(basename(path));
        if (known?.readOnly) throw systemError("EACCES", path);
        if (known !== undefined) return this.#appendHandle(known, path);
        if (!create) throw systemError("ENOENT", path);
        if ((await this.#step("create", path)) === "part") {
          this.#create(path);
          await this.#stop();
        }
        return this.#appendHandle(this.#create(path), path);
      },
      syncFolder: async (path) => {
        const folder = this.#folder(path);
        if ((await this.#step("sync folder", path)) === "part") await this.#stop();
        folder.durable = new Map(folder.live);
        folder.changes.length = 0;
      },
      syncFile: async (path) => this.#syncStep(this.#inode(path), path),
      createExclusive: async (path, text) => {
        if (this.#folder(dirname(path)).live.has(basename(path))) return false;
        const step = await this.#step("create", path);
        const bytes = Buffer.from(text);
        const part = Math.floor(this.#random() * (bytes.length + 1));
        this.#write(this.#create(path), step === "part" ? bytes.subarray(0, part) : bytes);
        if (step === "part") await this.#stop();
        return true;
      },
      readText: async (path) => {
        const inode = this.#folders.get(dirname(path))?.live.get(basename(path));
        return inode?.live.toString("utf8");
      },
      writeSynced: async (path, text) => {
        if ((await this.#step("create", path)) === "part") await this.#stop();
        const inode = this.#create(path);
        await this.#writeStep(inode, path, Buffer.from(text));
        await this.#syncStep(inode, path);
      },
      rename: async (from, to) => {
        const step = await this.#step("rename", from);
        if (step === "whole" || this.#random() < 0.5) {
          const folder = this.#folder(dirname(from));
          const inode = this.#inode(from);
          folder.live.delete(basename(from));
          folder.live.set(basename(to), inode);
          folder.changes.push({ removes: basename(from), sets: [basename(to), inode] });
        }
        if (step === "part") await this.#stop();
      },
      remove: async (path) => {
        const folder = this.#folder(dirname(path));
        if (!folder.live.has(basename(path))) return;
        if ((await this.#step("remove", path)) === "part") await this.#stop();
        folder.live.delete(basename(path));
        folder.changes.push({ removes: basename(path) });
      },
      makeReadOnly: async (path) => {
        this.#inode(path).readOnly = true;
      },
      stat: async (path) => {
        const { modified, live } = this.#inode(path);
        return { modified, size: live.length };
      },
    };
  }

  /** The content of a file after a crash. */
  #survivingBytes(inode: Inode, mode: CrashMode): Buffer {
    const { live, durable, dirty } = inode;
    if (mode === "nothing") return durable;
    const takes = (): boolean => mode === "everything" || mode === "prefix" || this.#random() < 0.5;
    const longest = Math.max(live.length, durable.length);
    let size = mode === "everything" || this.#random() < 0.3 ? live.length : durable.length;
    if (mode === "prefix" || mode === "blocks") {
      const least = Math.min(live.length, durable.length);
      size = least + Math.floor(this.#random() * (longest - least + 1));
    }
    const bytes = Buffer.alloc(longest);
    durable.copy(bytes);
    for (const block of dirty)
      if (takes()) live.copy(bytes, block * BLOCK, block * BLOCK, block * BLOCK + BLOCK);
    return Buffer.from(bytes.subarray(0, size));
  }

  /** What the next process finds. After a crash of the machine everything that is there is durable. */
  afterCrash(mode: CrashMode, random: () => number): SimulatedDisk {
    const disk = new SimulatedDisk(random);
    disk.now = this.now;
    if (mode === "killed") {
      // A sync that a stopped process waited for may have happened or not; the files go on as they are.
      for (const [path, folder] of this.#folders) disk.#folders.set(path, folder);
      return disk;
    }
    const survivors = new Map<Inode, Inode>();
    const survivor = (inode: Inode): Inode => {
      const known = survivors.get(inode);
      if (known !== undefined) return known;
      const bytes = this.#survivingBytes(inode, mode);
      const made: Inode = {
        live: bytes,
        durable: Buffer.from(bytes),
        dirty: new Set(),
        modified: inode.modified,
        readOnly: inode.readOnly,
      };
      survivors.set(inode, made);
      return made;
    };
    for (const [path, { durable, changes }] of this.#folders) {
      const names = new Map(durable);
      const prefix = Math.floor(this.#random() * (changes.length + 1));
      for (const [index, { removes, sets }] of changes.entries()) {
        if (mode === "nothing" || (mode === "prefix" && index >= prefix)) break;
        if (mode === "blocks" && this.#random() < 0.5) continue;
        if (removes !== undefined) names.delete(removes);
        if (sets !== undefined) names.set(...sets);
      }
      const live = new Map([...names].map(([name, inode]) => [name, survivor(inode)]));
      disk.#folders.set(path, { live, durable: new Map(live), changes: [] });
    }
    return disk;
  }

  /** Names of a folder, for assertions. */
  names(folder: string): readonly string[] {
    return [...(this.#folders.get(folder)?.live.keys() ?? [])].sort();
  }

  /** A file's bytes, to be changed behind the journal's back. */
  bytes(path: string): Buffer {
    return this.#inode(path).live;
  }

  /** Replaces a file's bytes, as somebody with access to the folder can. */
  setBytes(path: string, bytes: Buffer): void {
    const inode = this.#inode(path);
    inode.live = bytes;
    inode.durable = Buffer.from(bytes);
    inode.dirty.clear();
  }

  /** Removes a file, as somebody with access to the folder can. */
  drop(path: string): void {
    const folder = this.#folder(dirname(path));
    folder.live.delete(basename(path));
    folder.durable.delete(basename(path));
  }

  /** A copy of everything, as a backup would hold it. */
  copy(random: () => number): SimulatedDisk {
    return this.afterCrash("everything", random);
  }
}

/**
 * Which files are followed: those that match now, those that lost their name while they were followed,
 * and those that were renamed while the connector did not run.
 */
import { type FileHandle, open } from "node:fs/promises";
import type { Emit, SourceTools } from "../source.ts";
import { type Content, gzipContent, plainContent } from "./content.ts";
import { discover, type FoundFile, findMoved, idOf } from "./discover.ts";
import { Follower } from "./follower.ts";
import { Ledger } from "./ledger.ts";
import { continues, type FileProgress, markOf } from "./progress.ts";
import { Slots } from "./slots.ts";
import { startAtEnd } from "./start.ts";
import { Ticker } from "./ticker.ts";

export interface TailOptions {
  readonly patterns: readonly string[];
  readonly start: "beginning" | "end";
  /** Milliseconds between looks where the system does not tell of changes. */
  readonly pollMs: number;
  readonly rotateWaitMs: number;
  readonly openFilesMax: number;
}

/** Files that are read at the same time; with the size of a chunk this bounds what is in memory. */
const READ_AT_ONCE = 4;
/** Looks in a row at names that change all the time. */
const LOOKS_MAX = 5;

export class Tail {
  readonly #options: TailOptions;
  readonly #tools: SourceTools;
  readonly #emit: Emit;
  readonly #ledger: Ledger;
  readonly #slots = new Slots(READ_AT_ONCE);
  readonly #followers = new Map<string, Follower>();
  readonly #runs = new Set<Promise<void>>();
  /** Files closed to stay within the bound of open ones, with their sizes then. */
  readonly #resting = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #halt = new AbortController();
  #failure: { readonly cause: unknown } | undefined;
  #isFirstScan = true;

  private constructor(options: TailOptions, tools: SourceTools, emit: Emit, ledger: Ledger) {
    this.#options = options;
    this.#tools = tools;
    this.#emit = (records, origin) =>
      emit(records, origin).catch((cause: unknown) => {
        this.#failure ??= { cause };
        throw cause;
      });
    this.#ledger = ledger;
  }

  /** Follows until `signal` aborts; rejects with what `emit` rejected with. */
  static async run(
    options: TailOptions,
    tools: SourceTools,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const ledger = await Ledger.load(tools.checkpoints, tools.warn);
    await new Tail(options, tools, emit, ledger).#run(signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { patterns, pollMs } = this.#options;
    const stop = AbortSignal.any([signal, this.#halt.signal]);
    const ticker = new Ticker(patterns, pollMs, stop, this.#tools.warn);
    try {
      while (!stop.aborted) {
        await this.#scan();
        await this.#ledger.save();
        // Changes within files wake their followers; only changes of names need another scan.
        while ((await ticker.next()) === "content") this.#wakeAll();
      }
    } finally {
      ticker.close();
      for (const follower of this.#followers.values()) follower.stop();
      await Promise.all(this.#runs);
      await this.#ledger.save();
    }
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  #wakeAll(): void {
    for (const follower of this.#followers.values()) follower.wake();
  }

  async #scan(): Promise<void> {
    const found = await this.#discover();
    const byId = new Map(found.map((file) => [file.id, file]));
    const displaced: Follower[] = [];
    for (const follower of this.#followers.values()) {
      const file = byId.get(follower.id);
      if (file?.path !== follower.path) displaced.push(follower);
      follower.named(file?.path, file?.size);
    }
    if (this.#isFirstScan) await this.#findAllMoved(byId);
    await this.#followNew(byId.values(), displaced);
    for (const { id } of this.#ledger.all())
      if (!byId.has(id) && !this.#followers.has(id)) this.#ledger.retire(id);
    this.#isFirstScan = false;
    this.#wakeAll();
  }

  /** What was written before comes first: a renamed file before the one that took its name. */
  async #followNew(files: Iterable<FoundFile>, displaced: readonly Follower[]): Promise<void> {
    const before = displaced.map((one) => one.caughtUp(Number.POSITIVE_INFINITY));
    for (const file of files) {
      if (this.#followers.has(file.id) || this.#isKnownToTheEnd(file)) continue;
      if (!(await this.#makeRoom())) break;
      const follower = await this.#follow(file, [...before]);
      const end = file.path.endsWith(".gz") ? Number.POSITIVE_INFINITY : file.size;
      if (follower !== undefined) before.push(follower.caughtUp(end));
    }
  }

  /**
   * The files there are. Names are looked at one after the other, so one that is renamed meanwhile may
   * be missed; where something is new, it is looked again until nothing moves, or a file that was missed
   * would be read after the one that took its name.
   */
  async #discover(): Promise<readonly FoundFile[]> {
    const look = (): Promise<readonly FoundFile[]> =>
      discover(this.#options.patterns, (path, reason) =>
        this.#tellOnce(`${path} cannot be looked at: ${reason}`),
      );
    const namesOf = (files: readonly FoundFile[]): string =>
      files.map(({ id, path }) => `${id} ${path}`).join("\n");
    let found = await look();
    for (let again = 0; again < LOOKS_MAX; again += 1) {
      if (found.every((one) => this.#followers.has(one.id) || this.#isKnownToTheEnd(one))) break;
      const before = namesOf(found);
      found = await look();
      if (namesOf(found) === before) break;
    }
    return found;
  }

  /** A file renamed while nobody looked is still read to its end, before those that match now. */
  async #findAllMoved(byId: Map<string, FoundFile>): Promise<void> {
    const present = [...byId];
    byId.clear();
    const there = new Set(present.map(([id]) => id));
    for (const progress of this.#ledger.all().filter(({ id }) => !there.has(id))) {
      const moved = await findMoved(progress.path, progress.id);
      if (moved !== undefined) byId.set(moved.id, moved);
      else if (progress.doneBytes === undefined) {
        this.#tools.warn(
          `${progress.path} was taken up to byte ${progress.offset} and is gone; lines written to it after that are lost unless a copy of it matches the paths`,
        );
      }
    }
    for (const [id, file] of present) byId.set(id, file);
  }

  #isKnownToTheEnd(file: FoundFile): boolean {
    if (this.#resting.get(file.id) === file.size) return true;
    const done = this.#ledger.get(file.id)?.doneBytes;
    return done !== undefined && done === file.size;
  }

  /** Closes the file that was quiet longest when there are too many; `false` when none is quiet. */
  async #makeRoom(): Promise<boolean> {
    if (this.#followers.size < this.#options.openFilesMax) return true;
    const idle = [...this.#followers.values()]
      .filter((one) => one.isNamed && one.idleSince !== undefined)
      .sort((a, b) => Number(a.idleSince) - Number(b.idleSince))[0];
    if (idle === undefined) return false;
    this.#resting.set(idle.id, idle.bytesSeen);
    this.#followers.delete(idle.id);
    idle.stop();
    return true;
  }

  async #follow(file: FoundFile, waitFor: readonly Promise<void>[]): Promise<Follower | undefined> {
    const opened = await this.#open(file);
    if (opened === undefined) return undefined;
    const { content, progress } = opened;
    this.#resting.delete(file.id);
    const follower = new Follower({
      ...{ id: file.id, path: file.path, size: file.size, content, progress },
      ...{ ledger: this.#ledger, slots: this.#slots, emit: this.#emit },
      ...{ now: this.#tools.now, warn: this.#tools.warn },
      rotateWaitMs: this.#options.rotateWaitMs,
    });
    this.#followers.set(file.id, follower);
    const run = this.#runAfter(follower, waitFor).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
    return follower;
  }

  async #runAfter(follower: Follower, waitFor: readonly Promise<void>[]): Promise<void> {
    await Promise.all(waitFor);
    try {
      await follower.run();
    } catch (cause) {
      if (this.#failure !== undefined) this.#halt.abort();
      else {
        // A device that fails may work again: the next scan opens the file where it was left.
        const reason = cause instanceof Error ? cause.message : String(cause);
        this.#tellOnce(`${follower.path} cannot be read (${reason}); it is tried again`);
      }
    }
    if (this.#followers.get(follower.id) === follower) this.#followers.delete(follower.id);
  }

  async #open(
    file: FoundFile,
  ): Promise<{ content: Content; progress: FileProgress | undefined } | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(file.path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#tellOnce(
        `${file.path} cannot be opened (${reason}); give the connector leave to read it`,
      );
      return undefined;
    }
    // Between looking and opening the name may have gone to another file; the next scan sees that.
    if (idOf(await handle.stat({ bigint: true })) !== file.id) {
      await handle.close();
      return undefined;
    }
    const isGzip = file.path.endsWith(".gz");
    const content = isGzip ? gzipContent(handle) : plainContent(handle);
    return { content, progress: await this.#progressOf(file, content, isGzip) };
  }

  /** Where to go on: where this file was left, where the file it is a copy of was left, or the start. */
  async #progressOf(
    file: FoundFile,
    content: Content,
    isGzip: boolean,
  ): Promise<FileProgress | undefined> {
    const known = this.#ledger.get(file.id);
    if (known !== undefined && (await continues(content, known))) return known;
    if (known !== undefined) {
      this.#tools.warn(
        `${file.path} does not hold any more what was read of it up to byte ${known.offset}; it is read from its beginning, and lines written to it before it was truncated or replaced may be lost`,
      );
      this.#ledger.retire(file.id);
    }
    for (const original of this.#ledger.possibleOriginals(file.id))
      if (await continues(content, original)) return withoutEnd(original);
    if (this.#options.start === "end" && this.#ledger.isNew && this.#isFirstScan && !isGzip) {
      const progress = await startAtEnd(file, content);
      this.#ledger.set(progress);
      return progress;
    }
    const none = markOf(new Uint8Array(0));
    this.#ledger.set({
      ...{ id: file.id, path: file.path, offset: 0, lines: 0, head: none, tail: none },
    });
    return undefined;
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#tools.warn(message);
  }
}

function withoutEnd({ doneBytes: _, ...progress }: FileProgress): FileProgress {
  return progress;
}

/**
 * The embedded store that lasts: events in a DuckDB file, each `event_id` once.
 *
 * DuckDB syncs its write-ahead log at the end of every statement that writes, so an append that has
 * resolved survives a crash, and one that was cut off is not there at all. There is no unique index: it
 * would have to fit into memory. Instead every append looks up its ids by a hash in one column, a scan
 * of eight bytes for each event of the store.
 */
import { hash } from "node:crypto";
import { chmod, mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { duckdbColumns } from "../dialect/duckdb/event-table.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import { EventReader, type ReaderBounds } from "./event-reader.ts";
import type { Row } from "./store.ts";

/** The optional package, loaded by the caller. */
export type DuckdbApi = typeof import("@duckdb/node-api");

export interface EventStoreOptions {
  /** The DuckDB file; made when it is missing. Its folder is there. */
  readonly path: string;
  /** Folder for what is on its way into the store, and for what does not fit into memory. */
  readonly scratch: string;
  /** Bytes that the engine may use; what needs more goes to `scratch`. */
  readonly memoryBytesMax: number;
  readonly threads: number;
}

/** An event on its way into the store. */
export interface IncomingEvent {
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The event with chain_seq and chain_hash, a JSON object. */
  readonly body: string;
}

/** A stretch of the store for a rule's query. */
export interface EventWindow {
  /** Events from this time on, milliseconds since the epoch. */
  readonly from: number;
  /** Events that arrived up to this place, see `EventStore.arrived`. */
  readonly upTo: number;
}

export type Statement = readonly [sql: string, values?: readonly DuckDBValue[]];

/** Nobody waits longer for a page, or reads more of it. */
const READER_BOUNDS: ReaderBounds = { queryMsMax: 20_000, rowsMax: 20_000 };

const { name: quoteName, string: quote } = duckdbLexicon;

/** Longest line that may come in, bytes. */
const LINE_BYTES_MAX = 4_194_304;

/** Columns of the table `record`: those that rules read, and what else belongs to an event. */
const columns = [
  { name: "event_hash", type: "UBIGINT" },
  { name: "chain_seq", type: "BIGINT" },
  { name: "chain_hash", type: "VARCHAR" },
  ...duckdbColumns(),
];

/** First eight bytes of the SHA-256 of an id: others can hardly make two ids collide, and may. */
function hashOf(eventId: string): string {
  return String(hash("sha256", eventId, "buffer").readBigUInt64LE());
}

export class EventStore {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #options: EventStoreOptions;
  #arrived = 0;
  #log: number | undefined;
  /** The connection runs one statement after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #reader: Promise<EventReader> | undefined;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    options: EventStoreOptions,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#options = options;
  }

  /** Opens or makes the file; rejects with what the engine says about a file that it cannot take. */
  static async open(api: DuckdbApi, options: EventStoreOptions): Promise<EventStore> {
    const { path, scratch, memoryBytesMax, threads } = options;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const instance = await api.DuckDBInstance.create(path, {
      memory_limit: `${Math.floor(memoryBytesMax / 2 ** 20)}MiB`,
      threads: String(threads),
      temp_directory: join(scratch, "spill"),
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      // Memory that is free again goes back to the system, not when hundreds of megabytes are.
      allocator_flush_threshold: "8MiB",
      allocator_bulk_deallocation_flush_threshold: "16MiB",
    });
    try {
      const store = new EventStore(instance, await instance.connect(), options);
      await store.#prepare();
      return store;
    } catch (cause) {
      instance.closeSync();
      throw cause;
    }
  }

  async #prepare(): Promise<void> {
    const { path } = this.#options;
    await chmod(path, 0o600);
    const declared = columns.map(({ name, type }) => `${quoteName(name)} ${type}`);
    await this.transact([[`CREATE TABLE IF NOT EXISTS record (${declared.join(", ")})`]]);
    const there = await this.query(
      "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = 'record'",
    );
    // A file of an earlier version lacks the fields that the vocabulary has gained since.
    const known = new Set(there.map(({ name }) => name));
    const missing = columns.filter(({ name }) => !known.has(name));
    await this.transact(
      missing.map(({ name, type }) => [`ALTER TABLE record ADD COLUMN ${quoteName(name)} ${type}`]),
    );
    const [last] = await this.query("SELECT coalesce(max(ord), 0) AS ord FROM record");
    this.#arrived = Number(last?.["ord"]);
    await syncFolder(dirname(path));
  }

  /** Place of the event that arrived last; places ascend in the order of arrival. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Places up to this one were given out, whether their events are still there or not. */
  skipTo(place: number): void {
    this.#arrived = Math.max(this.#arrived, place);
  }

  /** Runs work alone on the connection; rejects when it was closed meanwhile. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      if (this.#closed) throw new Error("the store was closed");
      return work();
    });
    // The one behind does not fail because the one before did.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Rows as plain values; 64-bit and larger whole numbers come as decimal text. */
  query(sql: string, values: readonly DuckDBValue[] = []): Promise<readonly Row[]> {
    return this.#alone(() => this.#rows(sql, values));
  }

  async #rows(sql: string, values: readonly DuckDBValue[] = []): Promise<readonly Row[]> {
    const reader = await this.#connection.runAndReadAll(sql, [...values]);
    return reader.getRowObjectsJson();
  }

  /** Rows of a query over the table `event`, which holds a stretch of the store. */
  queryEvents({ from, upTo }: EventWindow, sql: string): Promise<readonly Row[]> {
    return this.#alone(async () => {
      await this.#connection.run(
        `CREATE OR REPLACE TEMP VIEW event AS SELECT * FROM record WHERE ord <= ${upTo} AND ts >= ${from}`,
      );
      return this.#rows(sql);
    });
  }

  /** Reads beside the writer; made with the first call, closed with the store. */
  reader(): Promise<EventReader> {
    if (this.#closed) return Promise.reject(new Error("the store was closed"));
    this.#reader ??= this.#instance
      .connect()
      .then((connection) => EventReader.open(connection, READER_BOUNDS));
    return this.#reader;
  }

  /** Runs statements, all or none; when it resolves they are on the device. */
  transact(statements: readonly Statement[]): Promise<void> {
    if (statements.length === 0) return Promise.resolve();
    return this.#alone(async () => {
      await this.#connection.run("BEGIN TRANSACTION");
      try {
        for (const [sql, values = []] of statements) await this.#connection.run(sql, [...values]);
        await this.#connection.run("COMMIT");
      } catch (cause) {
        // What broke the transaction may have ended it; only the first error says anything.
        await this.#connection.run("ROLLBACK").catch(() => undefined);
        throw cause;
      }
      await this.#syncLog();
    });
  }

  /**
   * Appends events, all or none; when it resolves they are on the device.
   *
   * @returns For each, in order, whether its event_id was there before.
   */
  append(events: readonly IncomingEvent[]): Promise<readonly boolean[]> {
    return this.#alone(async () => {
      const hashes = events.map(({ event_id }) => hashOf(event_id));
      const found = await this.#rows(
        `SELECT event_id FROM record WHERE event_hash IN (SELECT unnest(from_json(?, '["UBIGINT"]')))`,
        [`[${hashes.join()}]`],
      );
      const known = new Set(found.map((row) => row["event_id"]));
      const lines: string[] = [];
      const repeated = events.map(({ event_id, time, body }, index) => {
        if (known.has(event_id)) return true;
        known.add(event_id);
        const ord = this.#arrived + lines.length + 1;
        lines.push(`{"event_hash":${hashes[index]},"ord":${ord},"ts":${time},${body.slice(1)}\n`);
        return false;
      });
      if (lines.length > 0) await this.#load(lines.join(""));
      this.#arrived += lines.length;
      return repeated;
    });
  }

  /** Lets the engine read lines with declared columns; nothing is inferred. */
  async #load(text: string): Promise<void> {
    const spool = join(this.#options.scratch, "incoming.ndjson");
    await writeFile(spool, text, { mode: 0o600 });
    const types = columns.map(({ name, type }) => `${quote(name)}: ${quote(type)}`);
    await this.#connection.run(
      `INSERT INTO record BY NAME SELECT * FROM read_json(${quote(spool)}, ` +
        `format = 'newline_delimited', maximum_object_size = ${LINE_BYTES_MAX}, ` +
        `columns = {${types.join(", ")}})`,
    );
    await this.#syncLog();
  }

  /** The engine syncs its log, but not the name of a log that it has just made. */
  async #syncLog(): Promise<void> {
    const { path } = this.#options;
    // The log is missing when the engine has just moved its content into the file.
    const log = await stat(`${path}.wal`).catch(() => undefined);
    if (log === undefined || log.ino === this.#log) return;
    this.#log = log.ino;
    await chmod(`${path}.wal`, 0o600);
    await syncFolder(dirname(path));
  }

  /** Closes the file; what the log holds goes into it. Waits for what is under way. */
  async close(): Promise<void> {
    await this.#turn;
    this.#closed = true;
    const reader = await this.#reader?.catch(() => undefined);
    await reader?.close();
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#options.scratch, { recursive: true, force: true });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

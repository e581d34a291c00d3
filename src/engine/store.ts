/**
 * The embedded SIEM: a DuckDB database with one table of events.
 *
 * The database works offline (extensions are never fetched), within a memory limit, and spills to a
 * temporary folder that `close` removes.
 */
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { fail, fileSpan, type Result, report, succeed } from "../diagnostic/diagnostic.ts";
import * as dialectMessage from "../diagnostic/message/dialect.ts";
import { duckdbColumns } from "../dialect/duckdb/event-table.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import type { AuditEvent } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";

export interface StoreOptions {
  /** Folder in which the store makes its own temporary folder. */
  readonly temporaryFolder: string;
  readonly memoryLimitMb?: number;
  readonly threads?: number;
}

export type Row = Readonly<Record<string, unknown>>;

export interface LoadStat {
  /** Lines loaded, duplicates included. */
  readonly records: number;
  /** Distinct event ids. */
  readonly events: number;
  /** Event ids that came with more than one content; the first counts. */
  readonly conflicts: number;
}

/** An event and its canonical JSON, where the caller already has the text. */
export interface StoredEvent {
  readonly event: Pick<AuditEvent, "timestamp">;
  readonly json: string;
}

/** Text written to one spool file before it is loaded: bounds the disk space a load needs. */
const SPOOL_LENGTH_MAX = 8 * 1024 * 1024;

/** Rows per row group; a multiple of the engine's vector size, 2048. */
const ROW_GROUP_SIZE = 16_384;

interface Spool {
  readonly path: string;
  readonly file: FileHandle;
  length: number;
}

const quote = duckdbLexicon.string;

type Api = typeof import("@duckdb/node-api");

async function importApi(importer: () => Promise<Api>): Promise<Result<Api>> {
  try {
    return succeed(await importer());
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    return fail([report(dialectMessage.engineMissing, fileSpan("@duckdb/node-api"), { reason })]);
  }
}

export class Store {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  #records = 0;
  #spools = 0;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, folder: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#folder = folder;
  }

  /** Opens an empty store; fails with D811 when the engine is not installed. */
  static async open(
    options: StoreOptions,
    importer: () => Promise<Api> = () => import("@duckdb/node-api"),
  ): Promise<Result<Store>> {
    const api = await importApi(importer);
    if (!api.ok) return api;
    const folder = await mkdtemp(join(options.temporaryFolder, "claude-siem-store-"));
    const instance = await api.value.DuckDBInstance.create(":memory:", {
      memory_limit: `${options.memoryLimitMb ?? 256}MB`,
      threads: String(options.threads ?? 2),
      temp_directory: join(folder, "spill"),
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const store = new Store(instance, await instance.connect(), folder);
    const columns = duckdbColumns().map(({ name, type }) => `${duckdbLexicon.name(name)} ${type}`);
    // Small row groups: a load holds one of them uncompressed for every column.
    const file = duckdbLexicon.string(join(folder, "events.duckdb"));
    await store.run(`ATTACH ${file} AS events (ROW_GROUP_SIZE ${ROW_GROUP_SIZE}); USE events`);
    await store.run(`CREATE TABLE record (${columns.join(", ")})`);
    await store.run("CREATE VIEW event AS SELECT * FROM record");
    return succeed(store);
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** Rows as plain values; 64-bit and larger whole numbers come as decimal text. */
  async query(sql: string): Promise<readonly Row[]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRowObjectsJson();
  }

  async #newSpool(): Promise<Spool> {
    this.#spools += 1;
    const path = join(this.#folder, `load-${this.#spools}.ndjson`);
    return { path, file: await open(path, "w"), length: 0 };
  }

  /** Lets the engine read a spool file with declared columns; nothing is inferred. */
  async #loadSpool({ path, file }: Spool): Promise<void> {
    await file.close();
    const types = duckdbColumns().map(({ name, type }) => `${quote(name)}: ${quote(type)}`);
    await this.run(
      `INSERT INTO record SELECT * FROM read_json(${quote(path)}, format = 'newline_delimited', ` +
        `maximum_object_size = 4194304, columns = {${types.join(", ")}})`,
    );
    await rm(path);
  }

  /** Appends records in their order. Call `seal` before querying. */
  async load(events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>): Promise<void> {
    let batch: string[] = [];
    let batchLength = 0;
    let spool = await this.#newSpool();
    try {
      for await (const { event, json } of events) {
        this.#records += 1;
        const line = `{"ord":${this.#records},"ts":${canonicalTimeMs(event.timestamp)},${json.slice(1)}\n`;
        batch.push(line);
        batchLength += line.length;
        if (batchLength < 262_144) continue;
        await spool.file.write(batch.join(""));
        spool.length += batchLength;
        batch = [];
        batchLength = 0;
        if (spool.length < SPOOL_LENGTH_MAX) continue;
        await this.#loadSpool(spool);
        spool = await this.#newSpool();
      }
      await spool.file.write(batch.join(""));
      await this.#loadSpool(spool);
    } finally {
      // A source that fails midway leaves the file open; closing a closed one does nothing.
      await spool.file.close();
    }
  }

  /**
   * Leaves the first record of each event id, so that the view `event` holds every event once.
   * Duplicates are few; deleting them costs less than copying everything else.
   */
  async seal(): Promise<LoadStat> {
    const content = duckdbColumns()
      .filter(({ name }) => name !== "ord")
      .map(({ name }) => duckdbLexicon.name(name));
    await this.run(
      "CREATE OR REPLACE TEMP TABLE repeated AS " +
        "SELECT event_id, min(ord) AS first FROM record GROUP BY event_id HAVING count(*) > 1",
    );
    const [conflicts] = await this.query(
      `SELECT count(*) AS number FROM (SELECT record.event_id FROM record SEMI JOIN repeated USING (event_id) ` +
        `GROUP BY record.event_id HAVING count(DISTINCT hash(${content.join(", ")})) > 1)`,
    );
    await this.run(
      "DELETE FROM record USING repeated WHERE record.event_id = repeated.event_id AND ord > first",
    );
    const [events] = await this.query("SELECT count(*) AS number FROM event");
    return {
      records: this.#records,
      events: Number(events?.["number"]),
      conflicts: Number(conflicts?.["number"]),
    };
  }

  /** Forgets all events, so that one store can serve many small logs. */
  async clear(): Promise<void> {
    await this.run("DELETE FROM record");
    this.#records = 0;
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

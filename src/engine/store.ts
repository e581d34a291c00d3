/**
 * The embedded SIEM: a DuckDB database with one table of events.
 *
 * The database works offline (extensions are never fetched), within a memory limit, and spills to a
 * temporary folder that `close` removes.
 */
import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { fail, fileSpan, type Result, report, succeed } from "../diagnostic/diagnostic.ts";
import * as dialectMessage from "../diagnostic/message/dialect.ts";
import { duckdbColumns } from "../dialect/duckdb/event-table.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import type { AuditEvent, EventField } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";

export interface StoreOptions {
  /** Folder in which the store makes its own temporary folder. */
  readonly temporaryFolder: string;
  readonly memoryLimitMb?: number;
  readonly threads?: number;
  /** The fields that queries read; what else events hold is not kept. All when absent. */
  readonly fields?: readonly EventField[];
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

/** An event and its JSON, one line, where the caller already has the text. */
export interface StoredEvent {
  readonly event: Pick<AuditEvent, "timestamp">;
  /** Begins with the brace. Where a key stands in it twice, the last one counts. */
  readonly json: string;
}

/**
 * Text written to one spool file before it is loaded: bounds the disk space a load needs. A file holds
 * more than a row group, because the engine logs smaller loads before it stores them.
 */
const SPOOL_LENGTH_MAX = 32 * 1024 * 1024;

/** Text that is gathered before it is written. */
const WRITE_LENGTH = 262_144;

/** Rows per row group; a multiple of the engine's vector size, 2048. */
const ROW_GROUP_SIZE = 16_384;

interface Spool {
  readonly path: string;
  readonly file: FileHandle;
  length: number;
}

const quote = duckdbLexicon.string;

type Column = ReturnType<typeof duckdbColumns>[number];

/** The columns of the table: its own, the id that tells events apart, and the fields asked for. */
function columnsOf(fields: readonly EventField[] | undefined): readonly Column[] {
  const kept = fields && new Set<string>(["ord", "ts", "event_id", ...fields]);
  return duckdbColumns().filter(({ name }) => kept === undefined || kept.has(name));
}

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
  readonly #columns: readonly Column[];
  #records = 0;
  #spools = 0;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    folder: string,
    columns: readonly Column[],
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#folder = folder;
    this.#columns = columns;
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
    const kept = columnsOf(options.fields);
    const store = new Store(instance, await instance.connect(), folder, kept);
    const columns = kept.map(({ name, type }) => `${duckdbLexicon.name(name)} ${type}`);
    // Small row groups: a load holds one of them uncompressed for every column.
    const file = duckdbLexicon.string(join(folder, "events.duckdb"));
    await store.run(`ATTACH ${file} AS events (ROW_GROUP_SIZE ${ROW_GROUP_SIZE}); USE events`);
    // The file goes with the store: nothing need be tidied up in it first.
    await store.run("PRAGMA disable_checkpoint_on_shutdown");
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
  async #readSpool(path: string): Promise<void> {
    const types = this.#columns.map(({ name, type }) => `${quote(name)}: ${quote(type)}`);
    await this.run(
      `INSERT INTO record SELECT * FROM read_json(${quote(path)}, format = 'newline_delimited', ` +
        `maximum_object_size = 4194304, columns = {${types.join(", ")}})`,
    );
  }

  /**
   * Loads a spool file and removes it. The engine refuses an object with a key that stands in it twice,
   * where the events' parser takes the last one; such lines are few, so all are taken as they come and
   * written anew only when one was refused.
   */
  async #loadSpool({ path, file }: Spool): Promise<void> {
    await file.close();
    try {
      await this.#readSpool(path);
    } catch {
      const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
      const unique = lines.map((line) => JSON.stringify(JSON.parse(line)));
      await writeFile(path, unique.join("\n"));
      // What the engine refuses now it refused for another reason.
      await this.#readSpool(path);
    }
    await rm(path);
  }

  /** Appends records in their order. Call `seal` before querying. */
  async load(events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>): Promise<void> {
    const alone = async function* (): AsyncGenerator<readonly StoredEvent[]> {
      for await (const event of events) yield [event];
    };
    await this.loadBatches(alone());
  }

  /** The same for events that come many at a time. */
  async loadBatches(batches: AsyncIterable<readonly StoredEvent[]>): Promise<void> {
    let lines: string[] = [];
    let length = 0;
    let spool = await this.#newSpool();
    // The engine loads one spool file while the next one is written.
    let loading: Promise<void> = Promise.resolve();
    try {
      for await (const batch of batches) {
        for (const { event, json } of batch) {
          this.#records += 1;
          const time = canonicalTimeMs(event.timestamp);
          const line = `{"ord":${this.#records},"ts":${time},${json.slice(1)}\n`;
          lines.push(line);
          length += line.length;
        }
        if (length < WRITE_LENGTH) continue;
        await spool.file.write(lines.join(""));
        spool.length += length;
        lines = [];
        length = 0;
        if (spool.length < SPOOL_LENGTH_MAX) continue;
        await loading;
        loading = this.#loadSpool(spool);
        // Whoever awaits it learns of a failure; until then it is not unhandled.
        loading.catch(() => undefined);
        spool = await this.#newSpool();
      }
      await spool.file.write(lines.join(""));
      await loading;
      await this.#loadSpool(spool);
    } finally {
      // A source that fails midway leaves the file open; closing a closed one does nothing.
      await spool.file.close();
      await loading.catch(() => undefined);
    }
  }

  /**
   * Leaves the first record of each event id, so that the view `event` holds every event once.
   * Duplicates are few; deleting them costs less than copying everything else.
   */
  async seal(): Promise<LoadStat> {
    const content = this.#columns
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

/**
 * Reads a store beside what writes it: a second connection with a snapshot of its own, so that a query
 * of the page does not stand in the way of an append. Queries run one after the other, each within a
 * time and with a bounded answer.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Row } from "./store.ts";

/** What panels are computed from: rows of a query over the table `event`, which holds each event once. */
export interface EventTable {
  readonly query: (sql: string) => Promise<readonly Row[]>;
}

/** The query took longer than it may, or its answer is longer than anybody would read. */
export class QueryBoundError extends Error {
  override readonly name = "QueryBoundError";
}

export interface ReaderBounds {
  /** Milliseconds for one query. */
  readonly queryMsMax: number;
  readonly rowsMax: number;
}

export class EventReader implements EventTable {
  readonly #connection: DuckDBConnection;
  readonly #bounds: ReaderBounds;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(connection: DuckDBConnection, bounds: ReaderBounds) {
    this.#connection = connection;
    this.#bounds = bounds;
  }

  /** @param connection Its own; `close` closes it. */
  static async open(connection: DuckDBConnection, bounds: ReaderBounds): Promise<EventReader> {
    // The writer has a view of this name too; each connection sees only its own.
    await connection.run("CREATE OR REPLACE TEMP VIEW event AS SELECT * FROM record");
    return new EventReader(connection, bounds);
  }

  /**
   * Rows as plain values; whole numbers of 64 bits come as decimal text. Rejects with
   * `QueryBoundError` where the answer is too long or takes too long.
   */
  query(sql: string): Promise<readonly Row[]> {
    const done = this.#turn.then(() => this.#query(sql));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #query(sql: string): Promise<readonly Row[]> {
    if (this.#closed) throw new Error("the store was closed");
    const { queryMsMax, rowsMax } = this.#bounds;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#connection.interrupt();
    }, queryMsMax);
    try {
      const reader = await this.#connection.runAndReadUntil(sql, rowsMax + 1);
      if (reader.currentRowCount > rowsMax)
        throw new QueryBoundError(`the answer has more than ${rowsMax} rows`);
      return reader.getRowObjectsJson();
    } catch (cause) {
      if (!late) throw cause;
      throw new QueryBoundError(`it took longer than ${queryMsMax / 1000} s`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Cuts off what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#connection.interrupt();
    await this.#turn;
    this.#connection.closeSync();
  }
}

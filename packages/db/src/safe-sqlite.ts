/**
 * A Prisma adapter for SQLite that keeps what it acknowledges.
 *
 * @prisma/adapter-better-sqlite3 7.10 has one connection and lets every query into whichever transaction is open on it,
 * so an outside write is lost when that transaction rolls back; and it begins deferred, so a second process fails at
 * COMMIT and leaves the client broken. Here everything else waits behind an open transaction, the write lock is taken
 * at BEGIN, and a transaction always ends.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { Database } from 'better-sqlite3';
import { Mutex } from './mutex.ts';

/** What the stock adapter has besides its published type. */
interface StockAdapter extends SqlDriverAdapter {
  client: Database;
  /** Turns SQLite's error into the one that Prisma understands, and throws it. */
  onError(error: unknown): never;
}

/** Runs `work` on the raw connection while no transaction is open. It must be synchronous. */
export type Exclusive = <T>(work: (db: Database) => T) => Promise<T>;

const PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'foreign_keys = ON',
  'temp_store = MEMORY',
  'wal_autocheckpoint = 2000',
];

export class SafeSqlite implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite' as const;
  readonly adapterName = 'vitrine-safe-sqlite';
  readonly #stock: PrismaBetterSqlite3;
  readonly #lock = new Mutex();
  #connected: Promise<StockAdapter> | undefined;

  constructor(path: string) {
    this.#stock = new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 5000 });
  }

  readonly exclusive: Exclusive = async (work) => {
    const { client } = await this.#connect();
    return this.#guarded(async () => work(client));
  };

  async connect(): Promise<SqlDriverAdapter> {
    const stock = await this.#connect();
    const { provider, adapterName } = this;
    return {
      provider,
      adapterName,
      queryRaw: (query) => this.#guarded(() => stock.queryRaw(query)),
      executeRaw: (query) => this.#guarded(() => stock.executeRaw(query)),
      executeScript: (script) => this.#guarded(async () => run(stock, script)),
      getConnectionInfo: () => ({ supportsRelationJoins: false, maxBindValues: 32_766 }),
      startTransaction: () => this.#begin(stock),
      dispose: async () => {
        stock.client.close();
      },
    };
  }

  #connect(): Promise<StockAdapter> {
    this.#connected ??= this.#open();
    return this.#connected;
  }

  async #open(): Promise<StockAdapter> {
    // The published type hides the connection, which is what makes this adapter possible.
    const stock = (await this.#stock.connect()) as StockAdapter;
    for (const pragma of PRAGMAS) stock.client.pragma(pragma);
    return stock;
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#lock.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }

  async #begin(stock: StockAdapter): Promise<Transaction> {
    const release = await this.#lock.acquire();
    try {
      run(stock, 'BEGIN IMMEDIATE');
    } catch (error) {
      release();
      throw error;
    }
    let open = true;
    const finish = async (sql: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      if (!open) return;
      open = false;
      try {
        end(stock, sql);
      } finally {
        release();
      }
    };
    const within: SqlQueryable = {
      provider: this.provider,
      adapterName: this.adapterName,
      queryRaw: (query: SqlQuery) => stock.queryRaw(query),
      executeRaw: (query: SqlQuery) => stock.executeRaw(query),
    };
    return {
      ...within,
      options: { usePhantomQuery: true },
      commit: () => finish('COMMIT'),
      rollback: () => finish('ROLLBACK'),
      createSavepoint: async (name) => run(stock, `SAVEPOINT ${name}`),
      rollbackToSavepoint: async (name) => run(stock, `ROLLBACK TO ${name}`),
      releaseSavepoint: async (name) => run(stock, `RELEASE SAVEPOINT ${name}`),
    };
  }
}

function run(stock: StockAdapter, sql: string): void {
  try {
    stock.client.exec(sql);
  } catch (error) {
    stock.onError(error);
  }
}

/** SQLite may have rolled back by itself, and a COMMIT that fails leaves the transaction open. */
function end(stock: StockAdapter, sql: 'COMMIT' | 'ROLLBACK'): void {
  const db = stock.client;
  try {
    if (db.inTransaction) run(stock, sql);
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

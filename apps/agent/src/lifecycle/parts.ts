import type { Cgroups } from '@vitrine/cgroups';
import type { SignalTrace } from '@vitrine/kernel';
import type { Procfs } from '@vitrine/procfs';
import type { Runtime } from '@vitrine/runtime';
import type { Logger } from 'pino';
import type { Journal } from '../journal/journal.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { RequestLedger } from '../records/request-ledger.ts';
import type { ContainerTable } from './container-table.ts';

/** What the verbs work with; chosen once, in `open-agent.ts`. */
export type Parts = {
  runtime: Runtime;
  cgroups: Cgroups;
  /** The directory of this agent's cgroups, as in `vitrine`. */
  cgroupParent: string;
  procfs: Procfs;
  /** Null where the kernel has no tracefs: then nobody can say who sent a signal. */
  signalTrace: SignalTrace | null;
  table: ContainerTable;
  store: RecordStore;
  journal: Journal;
  requests: RequestLedger;
  log: Logger;
  now: () => number;
  hostname: string;
  /** /proc/sys/kernel/random/boot_id */
  bootId: string;
  /** Aborted when the agent goes: work that waits for better times gives up and leaves the rest to the next start. */
  closing: AbortSignal;
};

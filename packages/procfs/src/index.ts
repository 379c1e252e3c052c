export { type CgroupOwner } from './cgroup-owner.ts';
export { type Pressure } from './host-files.ts';
export { type IsolationReading, type NamespaceKind } from './isolation.ts';
export { type ProcessScan, ProcessWatcher, type WatchedProcess } from './process-watcher.ts';
export {
  type HostFacts,
  type HostUsage,
  openProcfs,
  type ProcessReading,
  type Procfs,
  type ProcfsOptions,
} from './procfs.ts';

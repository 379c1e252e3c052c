import type { ProcessInfo } from '@vitrine/protocol';

/** Parents before their children, by pid; whose parent is not among them stands at the root. */
export function asTree(processes: readonly ProcessInfo[]): { process: ProcessInfo; depth: number }[] {
  const known = new Set(processes.map(({ pid }) => pid));
  const children = Map.groupBy(
    processes.toSorted((a, b) => a.pid - b.pid),
    ({ pid, ppid }) => (known.has(ppid) && ppid !== pid ? ppid : 0),
  );
  const rows: { process: ProcessInfo; depth: number }[] = [];
  const walk = (parent: number, depth: number): void => {
    for (const process of children.get(parent) ?? []) {
      rows.push({ process, depth });
      walk(process.pid, depth + 1);
    }
  };
  walk(0, 0);
  return rows;
}

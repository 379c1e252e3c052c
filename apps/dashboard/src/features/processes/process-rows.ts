/** From processes to the rows of a tree (or a flat list), with the glass around those of one container. */
import type { ProcessInfo } from '@vitrine/protocol';
import { compareCells } from '@vitrine/ui';
import type { Processes } from './process-store.ts';

/** Whose case a process stands in. */
export type Glass = { key: string; kind: 'ours' | 'foreign'; id: string; label: string };
export type GlassEdge = 'top' | 'middle' | 'bottom' | 'only';

export type ProcessRow = {
  key: string;
  process: ProcessInfo;
  depth: number;
  /** The branches before the command: for each level whether the line goes on below, the last being this row's own. */
  branches: readonly boolean[];
  /** How many processes are folded away below it; 0 when it has none or shows them. */
  folded: number;
  hasChildren: boolean;
  glass: Glass | null;
  edge: GlassEdge | null;
  /** Place within its glass, from 0: the first rows carry its name and figures. */
  placeInGlass: number;
  born: boolean;
  ended: boolean;
};

export type ProcessSort = { column: 'pid' | 'command' | 'cpu' | 'memory' | 'state' | 'age'; descending: boolean };

export type RowOptions = {
  view: 'tree' | 'flat';
  sort: ProcessSort;
  filter: string;
  folded: ReadonlySet<number>;
};

export function glassOf({ containerId, role }: ProcessInfo): Glass | null {
  if (containerId !== null) return { key: `ours ${containerId}`, kind: 'ours', id: containerId, label: 'container' };
  if (role.kind === 'foreign-container') {
    return { key: `foreign ${role.id}`, kind: 'foreign', id: role.id, label: role.runtime };
  }
  return null;
}

export const commandOf = ({ commandLine, comm }: ProcessInfo): string =>
  commandLine.length > 0 ? commandLine.join(' ') : `[${comm}]`;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The kernel keeps so much of a name. */
const COMM_LENGTH = 15;

/**
 * The program without its directory, and of a script not its interpreter: "burn-cpu 1" for "/bin/sh /usr/local/bin/burn-cpu 1".
 * Where there is little room, the name says more than the path.
 */
export function shortCommandOf({ commandLine, comm }: Pick<ProcessInfo, 'commandLine' | 'comm'>): string {
  if (commandLine.length === 0) return `[${comm}]`;
  const named = commandLine.slice(0, 2).findIndex((word) => nameOf(word).slice(0, COMM_LENGTH) === comm);
  const [program = '', ...rest] = commandLine.slice(Math.max(0, named));
  return [program.startsWith('/') ? nameOf(program) : program, ...rest].join(' ');
}

const SORT_VALUE: Record<ProcessSort['column'], (process: ProcessInfo) => string | number | null> = {
  pid: ({ pid }) => pid,
  command: commandOf,
  cpu: ({ cpuPct }) => cpuPct,
  memory: ({ rssBytes }) => rssBytes,
  state: ({ state }) => state,
  age: ({ startedAtMs }) => -startedAtMs,
};

export function isFound(filter: string, process: ProcessInfo): boolean {
  if (filter.trim() === '') return true;
  const text = filter.trim().toLowerCase();
  return (
    String(process.pid) === text ||
    String(process.containerPid) === text ||
    process.comm.toLowerCase().includes(text) ||
    commandOf(process).toLowerCase().includes(text)
  );
}

type Node = { process: ProcessInfo; children: Node[]; ended: boolean };

function growTree(processes: readonly { process: ProcessInfo; ended: boolean }[]): Node[] {
  const nodes = new Map<number, Node>();
  for (const { process, ended } of processes) nodes.set(process.pid, { process, ended, children: [] });
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const parent = node.process.ppid === node.process.pid ? undefined : nodes.get(node.process.ppid);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

const countBelow = ({ children }: Node): number => children.reduce((sum, child) => sum + 1 + countBelow(child), 0);

function walk(nodes: readonly Node[], { sort, folded }: RowOptions, bornAtMs: Processes['bornAtMs']): ProcessRow[] {
  const rows: ProcessRow[] = [];
  const value = SORT_VALUE[sort.column];
  const visit = (siblings: readonly Node[], branches: readonly boolean[], depth: number): void => {
    const sorted = siblings.toSorted(
      (a, b) => compareCells(value(a.process), value(b.process), sort.descending) || a.process.pid - b.process.pid,
    );
    sorted.forEach((node, index) => {
      const goesOn = index < sorted.length - 1;
      const isFolded = folded.has(node.process.pid) && node.children.length > 0;
      const own = depth === 0 ? [] : [...branches, goesOn];
      rows.push({
        ...bare(node.process, node.ended, bornAtMs),
        depth,
        branches: own,
        folded: isFolded ? countBelow(node) : 0,
        hasChildren: node.children.length > 0,
      });
      if (!isFolded) visit(node.children, own, depth + 1);
    });
  };
  visit(nodes, [], 0);
  return rows;
}

const bare = (process: ProcessInfo, ended: boolean, bornAtMs: Processes['bornAtMs']): ProcessRow => ({
  key: `${process.pid} ${process.startedAtMs}`,
  process,
  depth: 0,
  branches: [],
  folded: 0,
  hasChildren: false,
  glass: glassOf(process),
  edge: null,
  placeInGlass: 0,
  born: bornAtMs.has(process.pid) && !ended,
  ended,
});

/** Draws the glass around each unbroken run of rows of one container. */
function drawGlass(rows: readonly ProcessRow[]): ProcessRow[] {
  let place = 0;
  return rows.map((row, index) => {
    if (row.glass === null) return row;
    const opens = rows[index - 1]?.glass?.key !== row.glass.key;
    const closes = rows[index + 1]?.glass?.key !== row.glass.key;
    place = opens ? 0 : place + 1;
    const edge = opens ? (closes ? 'only' : 'top') : closes ? 'bottom' : 'middle';
    return { ...row, edge, placeInGlass: place };
  });
}

/** A filter keeps what it finds and, in a tree, all that stands above it. */
function keepFound(all: readonly { process: ProcessInfo; ended: boolean }[], { filter, view }: RowOptions) {
  const found = all.filter(({ process }) => isFound(filter, process));
  if (filter.trim() === '' || view === 'flat') return found;
  const byPid = new Map(all.map((each) => [each.process.pid, each]));
  const kept = new Set(found);
  for (const each of found) {
    let above = byPid.get(each.process.ppid);
    while (above !== undefined && !kept.has(above)) {
      kept.add(above);
      above = byPid.get(above.process.ppid);
    }
  }
  return all.filter((each) => kept.has(each));
}

export function processRows({ alive, ended, bornAtMs }: Processes, options: RowOptions): ProcessRow[] {
  const all = [
    ...[...alive.values()].map((process) => ({ process, ended: false })),
    ...[...ended.values()]
      .filter(({ process }) => !alive.has(process.pid))
      .map(({ process }) => ({ process, ended: true })),
  ];
  const kept = keepFound(all, options);
  if (options.view === 'tree') return drawGlass(walk(growTree(kept), options, bornAtMs));
  const value = SORT_VALUE[options.sort.column];
  return kept
    .toSorted(
      (a, b) =>
        compareCells(value(a.process), value(b.process), options.sort.descending) || a.process.pid - b.process.pid,
    )
    .map(({ process, ended: gone }) => bare(process, gone, bornAtMs));
}

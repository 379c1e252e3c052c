/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the rows of the large tree are used, which are no <tr> */
'use client';
import { SkeletonRows } from '@vitrine/ui';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import { PROCESS_COLUMNS, ProcessLine } from '../../processes/process-row.tsx';
import { processRows } from '../../processes/process-rows.ts';
import type { Processes } from '../../processes/process-store.ts';
import { useProcesses } from '../../processes/use-processes.ts';
import { useContainerPage } from '../container-context.ts';

/** As many as fit beside the charts; the Processes tab has them all. */
const ROWS = 12;
const SHOWN = ['pid', 'inner', 'command', 'cpu'];
/** There is no room for its agent and shim, which the Processes tab shows above the glass. */
function inside({ alive, ended, ...rest }: Processes): Processes {
  return {
    ...rest,
    alive: new Map([...alive].filter(([, { containerId }]) => containerId !== null)),
    ended: new Map([...ended].filter(([, { process }]) => process.containerId !== null)),
  };
}

const COLUMNS = PROCESS_COLUMNS.filter(({ id }) => SHOWN.includes(id));
/** Tighter than on the page of its own: the commands need the room. */
const TEMPLATE = '52px 34px minmax(0, 1fr) 40px';

/** The beginning of the process tree, live, for the side of a page. */
export function SmallTree({ href }: { href: string }) {
  const { containerRef } = useContainerPage();
  const { processes } = useProcesses(containerRef);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(
    () =>
      processRows(inside(processes), { view: 'tree', sort: { column: 'pid', descending: false }, filter: '', folded }),
    [processes, folded],
  );
  const onFold = useCallback(
    (pid: number) => setFolded((old) => new Set(old.has(pid) ? [...old].filter((one) => one !== pid) : [...old, pid])),
    [],
  );
  if (processes.atMs === null) return <SkeletonRows rows={4} label="Reading the process tree" />;
  return (
    <>
      <div role="grid" aria-label="Its first processes" className="text-sm">
        <div
          role="row"
          className="grid h-8 items-center gap-x-3 border-b px-3 text-xs text-muted"
          style={{ gridTemplateColumns: TEMPLATE }}
        >
          {COLUMNS.map(({ id, header, right = false }) => (
            <span key={id} role="columnheader" className={right ? 'text-right' : undefined}>
              {header}
            </span>
          ))}
        </div>
        {rows.slice(0, ROWS).map((row) => (
          <div key={row.key} role="row" className="relative h-[26px]">
            <ProcessLine
              row={row}
              columns={COLUMNS}
              template={TEMPLATE}
              dim={false}
              short
              name={undefined}
              onFold={onFold}
            />
          </div>
        ))}
      </div>
      {rows.length <= ROWS ? null : (
        <Link href={href} scroll={false} className="block border-t px-3 py-1.5 text-xs text-accent hover:underline">
          and {rows.length - ROWS} more
        </Link>
      )}
    </>
  );
}

import type { ProcessInfo } from '@vitrine/protocol';
import { describeBytes } from '@vitrine/protocol';
import { ScrollRegion } from '../scroll-region.tsx';
import { asTree } from './tree-rows.ts';

/** The processes as they were when the container was last looked at: a picture, not a live tree. */
export function LastTree({ processes }: { processes: readonly ProcessInfo[] }) {
  if (processes.length === 0) return <p className="p-3 text-muted">Nobody looked at it while it lived.</p>;
  return (
    <ScrollRegion label="Last processes" className="max-h-96">
      <table className="w-full text-left">
        <thead className="text-xs text-muted">
          <tr>
            <th className="px-3 py-1.5 text-right font-normal">Host PID</th>
            <th className="px-3 py-1.5 text-right font-normal">In it</th>
            <th className="px-3 py-1.5 font-normal">Command</th>
            <th className="px-3 py-1.5 text-right font-normal">Memory</th>
          </tr>
        </thead>
        <tbody className="kernel">
          {asTree(processes).map(({ process, depth }) => (
            <tr key={process.pid} className="border-t">
              <td className="px-3 py-1 text-right">{process.pid}</td>
              <td className="px-3 py-1 text-right">{process.containerPid ?? '–'}</td>
              <td className="px-3 py-1 break-all" style={{ paddingLeft: 12 + depth * 16 }}>
                {depth === 0 ? '' : '└ '}
                {process.commandLine.length === 0 ? process.comm : process.commandLine.join(' ')}
              </td>
              <td className="px-3 py-1 text-right whitespace-nowrap">{describeBytes(process.rssBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

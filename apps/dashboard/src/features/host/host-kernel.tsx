'use client';
import { describeBytes, type KernelFeature } from '@vitrine/protocol';
import { Age, EmptyState, FactList, Panel } from '@vitrine/ui';
import { CircleCheck, CircleMinus, Cpu } from 'lucide-react';
import { dateTime } from '../figures/format.ts';
import { useHostPage } from './host-page.tsx';

const Feature = ({ feature }: { feature: KernelFeature }) => (
  <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 border-b px-4 py-2 last:border-b-0 md:grid-cols-[16px_220px_minmax(0,1fr)_minmax(0,1.2fr)]">
    {feature.available ? (
      <CircleCheck aria-label="there" className="mt-0.5 size-4 text-run" />
    ) : (
      <CircleMinus aria-label="missing" className="mt-0.5 size-4 text-warn" />
    )}
    <span className="kernel break-words">{feature.name}</span>
    <span className="text-muted max-md:col-start-2">{feature.usedFor}</span>
    <span className={feature.available ? 'text-faint max-md:col-start-2' : 'text-warn max-md:col-start-2'}>
      {feature.detail}
    </span>
  </li>
);

function clockText(skewMs: number | null): string {
  if (skewMs === null) return 'not compared yet';
  const ms = Math.round(Math.abs(skewMs));
  return ms === 0 ? 'as the hub’s' : `${ms} ms ${skewMs < 0 ? 'behind' : 'ahead of'} the hub’s`;
}

/** What this kernel is and can do: and where it cannot, what that means here. */
export function HostKernel() {
  const { host } = useHostPage();
  const { info } = host;
  if (info === null) {
    return (
      <EmptyState icon={Cpu} title="Nothing is known of it yet">
        A host tells what it is when its agent connects.
      </EmptyState>
    );
  }
  const missing = info.features.filter(({ available }) => !available);
  const there = info.features.filter(({ available }) => available);
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[360px_minmax(0,1fr)]">
      <div className="space-y-4">
        <Panel title="Host">
          <FactList
            facts={[
              { term: 'Hostname', value: info.hostname, kernel: true },
              { term: 'Kernel', value: info.kernel, kernel: true },
              { term: 'System', value: info.os },
              { term: 'Architecture', value: info.architecture, kernel: true },
              { term: 'CPUs', value: info.cpuCount, kernel: true },
              { term: 'Memory', value: describeBytes(info.memoryBytes), kernel: true },
              { term: 'cgroups', value: info.cgroupVersion, kernel: true },
              { term: 'Booted', value: dateTime(info.bootedAtMs), kernel: true },
              {
                term: 'Clock',
                value: clockText(host.clockSkewMs),
              },
            ]}
          />
        </Panel>
        <Panel title="Agent">
          <FactList
            facts={[
              { term: 'Version', value: info.agentVersion, kernel: true },
              { term: 'PID', value: info.agentPid, kernel: true },
              { term: 'Started', value: dateTime(info.agentStartedAtMs), kernel: true },
              { term: 'Enrolled', value: dateTime(host.enrolledAtMs), kernel: true },
              {
                term: 'Last heard',
                value:
                  host.lastSeenAtMs === null ? (
                    'never'
                  ) : (
                    <>
                      <Age atMs={host.lastSeenAtMs} /> ago
                    </>
                  ),
              },
              {
                term: 'Last event',
                value: host.sample === null ? 'unknown' : `seq ${host.sample.lastEventSeq}`,
                kernel: true,
              },
              { term: 'Id', value: host.id, kernel: true },
            ]}
          />
        </Panel>
      </div>
      <Panel
        title="Kernel features"
        note={missing.length === 0 ? `all ${there.length} there` : `${there.length} there, ${missing.length} missing`}
        flush
      >
        <ul>
          {[...missing, ...there].map((feature) => (
            <Feature key={feature.name} feature={feature} />
          ))}
        </ul>
      </Panel>
    </div>
  );
}

'use client';
import { useQuery } from '@tanstack/react-query';
import type { Isolation as IsolationFacts, NamespaceView } from '@vitrine/protocol';
import { Age, Badge, EmptyState, FactList, Panel, SkeletonRows, StateBadge } from '@vitrine/ui';
import { Shield } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { Failure } from '../../frame/failure.tsx';
import { useContainerPage } from '../container-context.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { Capabilities } from './capabilities.tsx';
import { IdMap } from './id-map.tsx';
import { apartSentence, NAMESPACE_MEANS, rootSentence, seccompWords } from './isolation-view.ts';

/** How far this container is set apart, as the kernel tells it of PID 1, and where it is not. */
export function Isolation() {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.containers.isolation.queryOptions(containerRef),
    enabled: detail.status !== 'stopped',
  });
  if (query.data !== undefined) return <Facts isolation={query.data} />;
  if (detail.status === 'stopped') {
    return (
      <EmptyState icon={Shield} title="Nothing is left to look at">
        Its namespaces ended with its last process. What was asked for stands in Config.
      </EmptyState>
    );
  }
  if (query.isError)
    return <Failure title="Its isolation could not be read" error={query.error} onRetry={() => void query.refetch()} />;
  return <SkeletonRows rows={9} label="Reading the isolation" />;
}

function Facts({ isolation }: { isolation: IsolationFacts }) {
  const { namespaces, uidMap, gidMap, capabilities, seccomp } = isolation;
  const { tone, word, sentence } = seccompWords(seccomp);
  return (
    <div className="space-y-4">
      <p className="text-lg">
        {apartSentence(namespaces)} <span className="text-muted">{rootSentence(uidMap)}</span>
      </p>
      <Panel title="Namespaces" note={<ReadAge atMs={isolation.readAtMs} />} flush>
        <Namespaces namespaces={namespaces} />
      </Panel>
      <div className="grid gap-4 xl:grid-cols-2">
        <Panel title="Who is who">
          <div className="grid gap-5 sm:grid-cols-2">
            <IdMap title="User ids" map={uidMap} />
            <IdMap title="Group ids" map={gidMap} />
          </div>
        </Panel>
        <Panel title="Not isolated" note="One kernel for all">
          <FactList facts={isolation.sharedWithHost.map(({ what, value }) => ({ term: what, value, kernel: true }))} />
        </Panel>
        <Panel title="Capabilities" note={`${capabilities.effective.length} of ${capabilities.known.length} in force`}>
          <Capabilities capabilities={capabilities} />
        </Panel>
        <Panel title="System calls" note={<StateBadge tone={tone} word={word} />}>
          <p className="mb-3">{sentence}</p>
          <Names label="System calls it is refused" names={seccomp.blocked} none="None is refused by a filter." />
        </Panel>
        <Panel title="Paths hidden or locked">
          <h3 className="mb-1 text-xs font-semibold">Masked: looks empty from inside</h3>
          <Names label="Masked paths" names={isolation.maskedPaths} none="None." />
          <h3 className="mt-3 mb-1 text-xs font-semibold">Read-only</h3>
          <Names label="Read-only paths" names={isolation.readonlyPaths} none="None." />
        </Panel>
        <Panel title="Mounts" note={`${isolation.mounts.length} in its mount namespace`} flush>
          <Mounts mounts={isolation.mounts} />
        </Panel>
      </div>
    </div>
  );
}

const ReadAge = ({ atMs }: { atMs: number }) => (
  <>
    read <Age atMs={atMs} /> ago from <span className="kernel">/proc</span>
  </>
);

function Namespaces({ namespaces }: { namespaces: readonly NamespaceView[] }) {
  return (
    <ScrollRegion label="Namespaces">
      <table className="w-full min-w-[60rem] table-fixed text-left">
        <colgroup>
          {NAMESPACE_COLUMNS.map((width, index) => (
            <col key={index} style={{ width }} />
          ))}
        </colgroup>
        <thead className="text-xs text-muted">
          <tr>
            {['Namespace', '', 'On the host', 'In the container', 'Asked from both sides', 'Outside', 'Inside'].map(
              (title, index) => (
                <th key={index} className="px-3 py-1.5 font-normal">
                  {title === '' ? <span className="sr-only">Standing</span> : title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {namespaces.map((namespace) => (
            <NamespaceRow key={namespace.kind} namespace={namespace} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const NAMESPACE_COLUMNS = ['18%', '8%', '10%', '10%', '18%', '18%', '18%'];

function NamespaceRow({ namespace }: { namespace: NamespaceView }) {
  const { kind, hostInode, containerInode, shared, question, outside, inside } = namespace;
  return (
    <tr className="border-t align-top" data-testid={`namespace-${kind}`}>
      <th scope="row" className="px-3 py-1.5 font-normal">
        <span className="kernel font-medium">{kind}</span>
        <span className="block text-xs text-muted">{NAMESPACE_MEANS[kind]}</span>
      </th>
      <td className="px-3 py-1.5">
        <Standing shared={shared} />
      </td>
      <td className="kernel px-3 py-1.5">{hostInode ?? '–'}</td>
      <td className="kernel px-3 py-1.5">{containerInode ?? '–'}</td>
      <td className="px-3 py-1.5 text-muted">{question}</td>
      <td className="kernel px-3 py-1.5 break-all">{outside}</td>
      <td className="kernel px-3 py-1.5 break-all">{inside}</td>
    </tr>
  );
}

function Standing({ shared }: { shared: boolean | null }) {
  if (shared === null) return <StateBadge tone="unknown" word="unknown" />;
  return shared ? <StateBadge tone="warn" word="shared" /> : <StateBadge tone="run" word="own" icon={Shield} />;
}

const Names = ({ names, label, none }: { names: readonly string[]; label: string; none: ReactNode }) =>
  names.length === 0 ? (
    <p className="text-muted">{none}</p>
  ) : (
    <ScrollRegion label={label} className="max-h-[26rem]">
      <ul className="flex flex-wrap gap-1">
        {names.map((name) => (
          <li key={name}>
            <Badge>
              <span className="kernel">{name}</span>
            </Badge>
          </li>
        ))}
      </ul>
    </ScrollRegion>
  );

const Mounts = ({ mounts }: Pick<IsolationFacts, 'mounts'>) => (
  <ScrollRegion label="Mounts" className="max-h-80">
    <table className="kernel w-full table-fixed text-left">
      <thead className="font-sans text-xs text-muted">
        <tr>
          <th className="w-[38%] px-3 py-1.5 font-normal">Where</th>
          <th className="w-[16%] px-3 py-1.5 font-normal">What</th>
          <th className="px-3 py-1.5 font-normal">How</th>
        </tr>
      </thead>
      <tbody>
        {mounts.map(({ target, fstype, source, options }, index) => (
          <tr key={index} className="border-t align-top">
            <td className="px-3 py-1 break-all">{target}</td>
            <td className="truncate px-3 py-1" title={source}>
              {fstype}
            </td>
            <td className="px-3 py-1 break-all text-muted">{options}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </ScrollRegion>
);

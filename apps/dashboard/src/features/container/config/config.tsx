'use client';
import { describeActor, type ContainerDetail } from '@vitrine/protocol';
import { CodeBlock, CopyButton, FactList, Panel, type Fact } from '@vitrine/ui';
import { shortSpec } from '../../create-container/rest-request.ts';
import { dateTime, orUnknown, UNKNOWN } from '../../figures/format.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { cgroupPattern } from './cgroup-pattern.ts';
import { useContainerPage } from '../container-context.ts';

function facts(detail: ContainerDetail): Fact[] {
  const { id, image, command, pid, shimPid, uidRangeStart, createdAtMs, startedAtMs, stoppedAtMs, createdBy } = detail;
  return [
    { term: 'Id', value: id, kernel: true },
    { term: 'Image', value: image, kernel: true },
    { term: 'Command', value: command.join(' '), kernel: true },
    { term: 'Created', value: `${dateTime(createdAtMs)} by ${describeActor(createdBy)}` },
    { term: 'Started', value: orUnknown(startedAtMs, dateTime) },
    ...(stoppedAtMs === null ? [] : [{ term: 'Ended', value: dateTime(stoppedAtMs) }]),
    { term: 'PID 1 on the host', value: pid ?? UNKNOWN, kernel: true },
    { term: 'Its shim', value: shimPid ?? UNKNOWN, kernel: true },
    {
      term: 'User ids',
      value:
        uidRangeStart === null
          ? "the host's own"
          : `0…65535 are ${uidRangeStart}…${uidRangeStart + 65_535} on the host`,
    },
  ];
}

/** What was asked for, what was made of it, and where the kernel keeps it. */
export function Config() {
  const { detail } = useContainerPage();
  const ociConfig = JSON.stringify(detail.ociConfig, null, 2);
  return (
    <div className="grid gap-4 items-start xl:grid-cols-2">
      <div className="min-w-0 space-y-4">
        <Panel title="Container">
          <FactList facts={facts(detail)} />
        </Panel>
        <Panel title="Asked for" note="What differs from the defaults">
          <CodeBlock
            text={JSON.stringify(shortSpec(detail.spec), null, 2)}
            label="Specification"
            copyLabel="Copy specification"
          />
        </Panel>
        <Panel title="Cgroup" note={detail.cgroup === null ? undefined : detail.cgroup.version}>
          <Cgroup cgroup={detail.cgroup} />
        </Panel>
      </div>
      <Panel
        title="OCI configuration"
        note="As it was given to the runtime"
        actions={
          <CopyButton text={ociConfig} label="Copy OCI configuration">
            Copy
          </CopyButton>
        }
        flush
      >
        <ScrollRegion label="OCI configuration" className="max-h-[80vh] p-3">
          <pre className="kernel break-all whitespace-pre-wrap">{ociConfig}</pre>
        </ScrollRegion>
      </Panel>
    </div>
  );
}

const Cgroup = ({ cgroup }: Pick<ContainerDetail, 'cgroup'>) =>
  cgroup === null ? (
    <p className="text-muted">It is removed when the container ends.</p>
  ) : (
    <CodeBlock text={cgroupPattern(cgroup.paths).join('\n')} label="Paths of its cgroup" copyLabel="Copy paths" />
  );

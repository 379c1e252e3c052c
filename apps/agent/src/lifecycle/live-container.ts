import type { ContainerDetail, ContainerSummary } from '@vitrine/protocol';
import type { Task } from '@vitrine/runtime';
import type { ContainerRecord } from '../records/container-record.ts';
import type { LastTree } from '../processes/last-tree.ts';
import { SampleRing } from '../sampling/sample-ring.ts';
import { SerialQueue } from './serial-queue.ts';

/** 15 minutes at one a second. */
const RING_SAMPLES = 900;

/** One container as the agent holds it: its record, and what lives only while the agent does. */
export class LiveContainer {
  record: ContainerRecord;
  task: Task | null = null;
  readonly queue = new SerialQueue();
  readonly samples = new SampleRing(RING_SAMPLES);
  /** The last look at its processes, for the autopsy. */
  tree: LastTree | null = null;
  /** Fires SIGKILL when a stop was not obeyed in time. */
  stopTimer: NodeJS.Timeout | undefined;
  /** Settled when the end was recorded, told and cleaned up. */
  readonly settled = Promise.withResolvers<void>();

  constructor(record: ContainerRecord) {
    this.record = record;
  }

  get id(): ContainerRecord['id'] {
    return this.record.id;
  }

  summary(): ContainerSummary {
    const { record } = this;
    return {
      id: record.id,
      name: record.name,
      image: record.spec.image,
      command: record.command,
      status: record.status,
      pid: record.pid,
      createdAtMs: record.createdAtMs,
      startedAtMs: record.startedAtMs,
      stoppedAtMs: record.stoppedAtMs,
      exit: record.exit,
      oomKills: record.oomKills,
      limits: record.spec.limits,
      labels: record.spec.labels,
    };
  }

  detail(): ContainerDetail {
    const { record } = this;
    return {
      ...this.summary(),
      spec: record.spec,
      ociConfig: record.ociConfig,
      createdBy: record.createdBy,
      shimPid: record.shimPid,
      uidRangeStart: record.uidRangeStart,
      cgroup: record.cgroup,
    };
  }
}

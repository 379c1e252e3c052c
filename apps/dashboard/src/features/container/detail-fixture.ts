import { ContainerDetail, mebibytes } from '@vitrine/protocol';

/** For tests: a running container of the starter image, with what the test is about laid over it. */
export const detailOf = (told: Partial<ContainerDetail> = {}): ContainerDetail => ({
  ...ContainerDetail.parse({
    id: 'a'.repeat(64),
    name: 'web',
    image: 'starter',
    command: ['sleep', '60'],
    status: 'running',
    pid: 4242,
    createdAtMs: 1000,
    startedAtMs: 1010,
    stoppedAtMs: null,
    exit: null,
    oomKills: 0,
    limits: { memoryBytes: mebibytes(64), cpuCores: 0.5, pids: 32 },
    labels: {},
    spec: { image: 'starter' },
    ociConfig: {},
    createdBy: { kind: 'agent' },
    shimPid: 4200,
    uidRangeStart: 165_536,
    cgroup: null,
  }),
  ...told,
});

import { RECORDED_CONTAINER, RECORDED_PIDS, readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { ownerOf, parseCgroupPaths } from './cgroup-owner.ts';

const ID = 'a'.repeat(64);

test.each(['v1', 'v2'] as const)('a process of ours is recognised on the recorded %s host', (host) => {
  const ownerOfPid = (pid: number, parent: string) =>
    ownerOf(parseCgroupPaths(readRecorded(host, `proc/${pid}/cgroup`)), parent);

  expect(ownerOfPid(RECORDED_PIDS[host].sleep, 'vitrine-recording')).toEqual({ kind: 'ours', id: RECORDED_CONTAINER });
  expect(ownerOfPid(RECORDED_PIDS[host].sleep, 'vitrine')).toEqual({ kind: 'none' });
  expect(ownerOfPid(RECORDED_PIDS[host].odd, 'vitrine-recording')).toEqual({ kind: 'none' });
});

test.each([
  [`/docker/${ID}`, 'docker', ID],
  [`/system.slice/docker-${ID}.scope`, 'docker', ID],
  [`/docker/${ID}/below/it`, 'docker', ID],
  [`/machine.slice/libpod-${ID}.scope/container`, 'podman', ID],
  [`/libpod_parent/libpod-${ID}`, 'podman', ID],
  [`/kubepods/besteffort/pod1b0b1e0a-1111-2222-3333-444455556666/${ID}`, 'kubernetes', ID],
  [
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b0b1e0a_1111_2222_3333_444455556666.slice/cri-containerd-${ID}.scope`,
    'kubernetes',
    ID,
  ],
  [`/kubepods.slice/kubepods-pod1b0b1e0a_1111_2222_3333_444455556666.slice/crio-${ID}.scope`, 'kubernetes', ID],
  [`/system.slice/nerdctl-${ID}.scope`, 'containerd', ID],
  ['/default/redis', 'containerd', 'redis'],
  ['/lxc.payload.web1/init.scope', 'lxc', 'web1'],
  ['/lxc/web1', 'lxc', 'web1'],
  ['/machine.slice/systemd-nspawn@debian.service/payload', 'other', 'debian'],
])('%s belongs to %s', (path, runtime, id) => {
  expect(ownerOf([path], 'vitrine')).toEqual({ kind: 'foreign', runtime, id });
});

test.each([
  '/user.slice/user-1000.slice/session-2.scope',
  '/system.slice/docker.service',
  '/vitrine/short',
  `/elsewhere/vitrine/${ID}`,
  `/vitrine-other/${ID}`,
  `/machine.slice/libpod-conmon-${ID}.scope`,
])('%s is nobody’s container', (path) => {
  expect(ownerOf([path], 'vitrine')).toEqual({ kind: 'none' });
});

test('an agent inside a cgroup of systemd’s still recognises its own', () => {
  expect(ownerOf([`/vitrine.slice/vitrine/${ID}/nested`], 'vitrine.slice/vitrine')).toEqual({ kind: 'ours', id: ID });
});

test('v1 lines with several controllers, and paths with colons, are cut at the second colon', () => {
  expect(parseCgroupPaths('4:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/a:b\n')).toEqual(['/a:b']);
});

test('a zombie whose cgroup was removed before it was reaped is still told as ours', () => {
  expect(ownerOf(parseCgroupPaths(`0::/vitrine/${ID} (deleted)\n`), 'vitrine')).toEqual({ kind: 'ours', id: ID });
});

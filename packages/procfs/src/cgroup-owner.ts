/**
 * Which container a process belongs to, told by the path of its cgroup.
 *
 * Shape    /proc/PID/cgroup: `HIERARCHY:CONTROLLERS:PATH` a line; v2 is `0::PATH`. On v1 the paths of one process may
 *          differ, and a runtime is recognised by any of them.
 * Source   cgroups(7); the path conventions of each runtime as their own documentation and sources give them.
 */
export type ForeignRuntime = 'docker' | 'podman' | 'containerd' | 'kubernetes' | 'lxc' | 'other';

export type CgroupOwner =
  | { kind: 'none' }
  | { kind: 'ours'; id: string }
  | { kind: 'foreign'; runtime: ForeignRuntime; id: string };

const NONE: CgroupOwner = { kind: 'none' };

/** Paths in the file, each once, `/` left out. A zombie may outlive its cgroup, which is then marked as deleted. */
export function parseCgroupPaths(text: string): string[] {
  const paths = text
    .split('\n')
    .map((line) => line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1).replace(/ \(deleted\)$/, ''));
  return [...new Set(paths)].filter((path) => path !== '' && path !== '/');
}

const FOREIGN: readonly (readonly [RegExp, ForeignRuntime])[] = [
  // Kubernetes first: below kubepods the same names as docker's and containerd's are pods' containers.
  [/\/kubepods.*[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/, 'kubernetes'],
  [/\/kubepods.*?pod([0-9a-f_-]{36})/, 'kubernetes'],
  [/\/libpod-([0-9a-f]{64})(?:\.scope)?(?:\/|$)/, 'podman'],
  [/\/docker-([0-9a-f]{64})\.scope(?:\/|$)/, 'docker'],
  [/\/docker\/([0-9a-f]{64})(?:\/|$)/, 'docker'],
  [/\/(?:cri-containerd|nerdctl)-([0-9a-f]{64})\.scope(?:\/|$)/, 'containerd'],
  [/^\/(?:default|moby|k8s\.io|buildkit)\/([A-Za-z0-9_.-]+)(?:\/|$)/, 'containerd'],
  [/\/lxc\.payload[./]([A-Za-z0-9_.-]+)(?:\/|$)/, 'lxc'],
  [/\/lxc\/([A-Za-z0-9_.-]+)(?:\/|$)/, 'lxc'],
  [/\/crio-([0-9a-f]{64})\.scope(?:\/|$)/, 'other'],
  [/\/machine\.slice\/(?:systemd-nspawn@|machine-)([^/]+?)\.(?:service|scope)(?:\/|$)/, 'other'],
];

/** `parent` is the directory that the agent keeps its cgroups in, as in `vitrine`. */
export function ownerOf(paths: readonly string[], parent: string): CgroupOwner {
  const prefix = `/${parent}/`;
  for (const path of paths) {
    const own = path.startsWith(prefix) ? /^[0-9a-f]{64}(?=\/|$)/.exec(path.slice(prefix.length)) : null;
    if (own !== null) return { kind: 'ours', id: own[0] };
  }
  for (const [pattern, runtime] of FOREIGN) {
    for (const path of paths) {
      const id = pattern.exec(path)?.[1];
      if (id !== undefined) return { kind: 'foreign', runtime, id };
    }
  }
  return NONE;
}

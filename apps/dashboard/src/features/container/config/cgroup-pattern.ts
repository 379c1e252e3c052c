/**
 * One line for the cgroups of a container: on v1 they differ only in the controller, and a shell's braces name them all.
 * `/sys/fs/cgroup/{cpu,memory}/vitrine/ID`
 */
export function cgroupPattern(paths: Record<string, string>): string[] {
  const groups = Map.groupBy(Object.entries(paths), ([controller, path]) => path.replace(`/${controller}/`, '/*/'));
  return [...groups].flatMap(([pattern, entries]) =>
    entries.length > 1 && pattern.includes('/*/')
      ? [pattern.replace('/*/', `/{${entries.map(([controller]) => controller).join(',')}}/`)]
      : [...new Set(entries.map(([, path]) => path))],
  );
}

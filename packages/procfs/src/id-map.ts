/** /proc/PID/uid_map and gid_map: `inside outside count` a line. Source: user_namespaces(7). */
export interface IdMapEntry {
  insideStart: number;
  outsideStart: number;
  count: number;
}

export function parseIdMap(text: string): IdMapEntry[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [insideStart = 0, outsideStart = 0, count = 0] = line.trim().split(/ +/).map(Number);
      return { insideStart, outsideStart, count };
    });
}

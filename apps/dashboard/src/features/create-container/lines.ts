/**
 * Entries of a text area, one a line. Blank lines mean nothing. A line that ends in an odd number of backslashes goes
 * on in the next one, so that a value with line breaks survives being shown and read again.
 */
export function parseLines(text: string): string[] {
  const entries: string[] = [];
  let open: string | null = null;
  for (const line of text.split('\n')) {
    if (open === null && line.trim() === '') continue;
    const slashes = /\\*$/.exec(line)?.[0].length ?? 0;
    const kept = line.slice(0, line.length - slashes) + '\\'.repeat(Math.floor(slashes / 2));
    const entry: string = open === null ? kept.trimStart() : `${open}\n${kept}`;
    open = slashes % 2 === 1 ? entry : null;
    if (open === null) entries.push(entry);
  }
  if (open !== null) entries.push(open);
  return entries;
}

const formatEntry = (entry: string): string =>
  entry
    .split('\n')
    .map((line) => line.replace(/\\+$/, (slashes) => slashes + slashes))
    .join('\\\n');

export const formatLines = (entries: readonly string[]): string => entries.map(formatEntry).join('\n');

/** NAME=value, cut at the first "="; the value may hold more of them. */
export function parsePair(entry: string): [name: string, value: string] | undefined {
  const at = entry.indexOf('=');
  return at < 1 ? undefined : [entry.slice(0, at), entry.slice(at + 1)];
}

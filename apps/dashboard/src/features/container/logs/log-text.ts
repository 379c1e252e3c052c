import type { LogLine } from '@vitrine/protocol';

/** Older lines are let go from the page; the host keeps them. */
export const KEPT_LINES = 5_000;

/** Escape sequences that a terminal would act on (ECMA-48 CSI and OSC), and lone control characters but tab. */
const CONTROL =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f\u007f]/g;

export const plainText = (text: string): string => text.replace(CONTROL, '');

/** Adds what came; a partial line goes on with the next one of its own stream. */
export function withLines(kept: readonly LogLine[], came: readonly LogLine[]): readonly LogLine[] {
  if (came.length === 0) return kept;
  const next = [...kept];
  const open = new Map<LogLine['stream'], number>();
  for (let at = next.length - 1; at >= 0 && open.size < 2; at -= 1) {
    const line = next[at];
    if (line !== undefined && !open.has(line.stream)) open.set(line.stream, line.partial ? at : -1);
  }
  for (const line of came) {
    const at = open.get(line.stream) ?? -1;
    const begun = at === -1 ? undefined : next[at];
    if (begun === undefined) next.push(line);
    else next[at] = { ...begun, text: begun.text + line.text, partial: line.partial };
    open.set(line.stream, line.partial ? (begun === undefined ? next.length - 1 : at) : -1);
  }
  return next.length > KEPT_LINES ? next.slice(-KEPT_LINES) : next;
}

export const matching = (
  lines: readonly LogLine[],
  filter: string,
  stream: LogLine['stream'] | 'both',
): readonly LogLine[] => {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '' && stream === 'both') return lines;
  return lines.filter(
    (line) =>
      (stream === 'both' || line.stream === stream) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
};

'use client';
import type { LogLine } from '@vitrine/protocol';
import { cn } from '@vitrine/ui';
import { memo } from 'react';
import { plainText } from './log-text.ts';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** Lines of a log: time, stream, text. What went to stderr has a mark and a word, not only a colour. */
export const LogLines = memo(function LogLines({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  return (
    <ol aria-label={label} className="kernel py-1 leading-5">
      {lines.map((line, index) => (
        <li
          key={index}
          data-stream={line.stream}
          className={cn(
            'grid grid-cols-[auto_2.25rem_minmax(0,1fr)] gap-x-2 border-l-2 px-3 [contain-intrinsic-size:auto_20px] [content-visibility:auto]',
            line.stream === 'stderr' ? 'border-l-warn' : 'border-l-transparent',
          )}
        >
          <time dateTime={new Date(line.atMs).toISOString()} className="text-faint select-none max-sm:hidden">
            {clock.format(line.atMs)}
          </time>
          <span className={cn('select-none', line.stream === 'stderr' ? 'text-warn' : 'text-faint')}>
            {line.stream === 'stderr' ? 'err' : 'out'}
          </span>
          <span className="min-w-0 break-words whitespace-pre-wrap">{plainText(line.text)}</span>
        </li>
      ))}
    </ol>
  );
});

import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';

/** The kernel's words inside a sentence. */
export const Code = ({ children, className }: { children: ReactNode; className?: string }) => (
  <code className={cn('kernel rounded-sm bg-sunken px-1 py-px break-words', className)}>{children}</code>
);

type CodeBlockProps = { text: string; label: string; copyLabel?: string; className?: string };

/** Text to be copied as it stands: a command, a file. `label` names it for those who cannot see it. */
export const CodeBlock = ({ text, label, copyLabel = 'Copy', className }: CodeBlockProps) => (
  <div className={cn('relative rounded-md border bg-sunken', className)}>
    <pre
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
      tabIndex={0}
      aria-label={label}
      className="kernel overflow-x-auto p-3 pr-12 whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {text}
    </pre>
    <CopyButton text={text} label={copyLabel} className="absolute top-1.5 right-1.5 bg-sunken" />
  </div>
);

'use client';
import { Dialog, KeyHint } from '@vitrine/ui';
import { PAGES, SETTINGS } from './pages.ts';

const KEYS: readonly { title: string; rows: readonly { keys: readonly string[]; does: string }[] }[] = [
  {
    title: 'Anywhere',
    rows: [
      { keys: ['⌘', 'K'], does: 'Search hosts, containers, images, pages and actions (Ctrl K elsewhere)' },
      { keys: ['/'], does: 'Filter the list of this page' },
      { keys: ['?'], does: 'Show these keys' },
      { keys: ['Esc'], does: 'Close what is open' },
    ],
  },
  {
    title: 'In lists',
    rows: [
      { keys: ['j'], does: 'Next row' },
      { keys: ['k'], does: 'Row before' },
      { keys: ['⏎'], does: 'Open the row' },
      { keys: ['←', '→'], does: 'Fold and unfold a process' },
    ],
  },
  {
    title: 'Go to',
    rows: [...PAGES, SETTINGS].map(({ chord, label }) => ({ keys: ['g', chord], does: label })),
  },
];

export const KeyHelp = ({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog open={open} onOpenChange={onOpenChange} title="Keys" size="sm">
    <div className="space-y-4">
      {KEYS.map(({ title, rows }) => (
        <section key={title}>
          <h3 className="mb-1.5 text-xs text-muted">{title}</h3>
          <dl className="space-y-1.5">
            {rows.map(({ keys, does }) => (
              <div key={does} className="flex items-baseline gap-3">
                <dt className="flex w-16 shrink-0 gap-1">
                  {keys.map((key) => (
                    <KeyHint key={key} keys={key} />
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  </Dialog>
);

import { Toaster as Sonner } from 'sonner';

export { toast } from 'sonner';

/** Short news of what was just done. What must be read stands in the page instead. */
export const Toaster = ({ theme }: { theme: 'light' | 'dark' | 'system' }) => (
  <Sonner
    theme={theme}
    position="bottom-right"
    gap={8}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast:
          'flex w-88 max-w-[calc(100vw-24px)] items-start gap-2 rounded-lg border bg-panel px-3 py-2.5 text-sm text-ink shadow-float font-sans',
        title: 'font-medium',
        description: 'text-muted',
        icon: 'mt-0.5 shrink-0',
        error: 'border-bad/50',
        actionButton: 'ml-auto rounded-md border px-2 text-xs hover:bg-hover',
        closeButton: 'text-muted',
      },
    }}
  />
);

import { cn } from './cn.ts';

/** A key as it is printed on a keyboard. */
export const KeyHint = ({ keys, className }: { keys: string; className?: string }) => (
  <kbd
    className={cn(
      'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border bg-sunken px-1 font-sans text-2xs text-muted',
      className,
    )}
  >
    {keys}
  </kbd>
);

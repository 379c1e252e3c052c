import { X } from 'lucide-react';
import { AlertDialog, Dialog as RadixDialog } from 'radix-ui';
import { useRef, useState, type ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { cn } from './cn.ts';
import { Notice } from './notice.tsx';

const OVERLAY = 'fixed inset-0 z-40 animate-fade bg-[oklch(0.12_0.01_220/0.5)]';
const SHEET =
  'fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-lg border bg-panel shadow-float';

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
};

const WIDTH = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl' };

export function Dialog({ open, onOpenChange, title, description, children, footer, size = 'md' }: DialogProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const focusFirst = (event: Event): void => {
    // Not the close button, which stands first: its tooltip would greet everybody.
    event.preventDefault();
    const field = sheet.current?.querySelector<HTMLElement>('input, select, textarea');
    (field ?? sheet.current)?.focus();
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={OVERLAY} />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          ref={sheet}
          tabIndex={-1}
          onOpenAutoFocus={focusFirst}
          className={cn(SHEET, WIDTH[size], 'outline-none')}
        >
          <div className="flex items-start gap-3 border-b px-4 py-3">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="text-base font-semibold">{title}</RadixDialog.Title>
              {description === undefined ? null : (
                <RadixDialog.Description className="text-muted">{description}</RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <IconButton label="Close">
                <X aria-hidden className="size-4" />
              </IconButton>
            </RadixDialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          {footer === undefined ? null : <div className="flex justify-end gap-2 border-t px-4 py-3">{footer}</div>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A question that names the object: "Stop web?". */
  title: string;
  /** What will happen, one sentence each; what is lost first. */
  consequences: readonly ReactNode[];
  confirmLabel: string;
  /** Rejects with an error whose message is shown in place; resolves to close. */
  onConfirm: () => Promise<unknown>;
  /** A sentence for people, made of what `onConfirm` rejected with. */
  describeError?: (error: unknown) => ReactNode;
  children?: ReactNode;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Asks before something that cannot be taken back, and names the consequences. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, consequences, confirmLabel, onConfirm, describeError = messageOf } = props;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReactNode>(null);

  const change = (next: boolean): void => {
    if (busy) return;
    setFailure(null);
    onOpenChange(next);
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (error) {
      setFailure(describeError(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <AlertDialog.Root open={open} onOpenChange={change}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content className={cn(SHEET, WIDTH.sm, 'gap-3 p-4')}>
          <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <ul className="list-disc space-y-1 pl-4 text-muted marker:text-line-strong">
              {consequences.map((consequence, index) => (
                <li key={index}>{consequence}</li>
              ))}
            </ul>
          </AlertDialog.Description>
          {props.children}
          {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
          <div className="mt-1 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button variant="danger" busy={busy} onClick={() => void confirm()}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type DrawerProps = { open: boolean; onOpenChange: (open: boolean) => void; title: string; children: ReactNode };

/** A sheet at the left edge: the menu of narrow screens. */
export const Drawer = ({ open, onOpenChange, title, children }: DrawerProps) => (
  <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
    <RadixDialog.Portal>
      <RadixDialog.Overlay className={OVERLAY} />
      <RadixDialog.Content
        aria-describedby={undefined}
        className="fixed inset-y-0 left-0 z-50 w-72 max-w-[85vw] border-r bg-canvas shadow-float"
      >
        <RadixDialog.Title className="sr-only">{title}</RadixDialog.Title>
        {children}
      </RadixDialog.Content>
    </RadixDialog.Portal>
  </RadixDialog.Root>
);

import { ChevronDown, CircleAlert } from 'lucide-react';
import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from 'radix-ui';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn.ts';

const CONTROL = [
  'w-full rounded-md border border-line-strong/60 bg-panel text-sm text-ink placeholder:text-faint',
  'transition-colors duration-150 hover:border-line-strong aria-invalid:border-bad',
  'disabled:cursor-not-allowed disabled:opacity-55',
];

type ControlProps = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

type FieldProps = {
  label: ReactNode;
  /** What to write, in a line. */
  hint?: ReactNode;
  /** The mistake and the mend, beside where it was made. */
  error?: ReactNode;
  optional?: boolean;
  className?: string;
  /** Spread what it is given on the control. */
  children: (control: ControlProps) => ReactNode;
};

/** One question of a form: label, control, hint, and the mistake where it is made. */
export function Field({ label, hint, error, optional = false, className, children }: FieldProps) {
  const id = useId();
  const wrong = error !== undefined && error !== null && error !== '';
  const described = [hint === undefined ? '' : `${id}-hint`, wrong ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cn('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 flex items-baseline gap-1.5 text-sm font-medium">
        {label}
        {optional ? <span className="text-xs font-normal text-faint">optional</span> : null}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': wrong || undefined,
      })}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
      {wrong ? (
        <p id={`${id}-error`} role="alert" className="mt-1 flex items-start gap-1 text-xs text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  );
}

type Voice = { /** The kernel's words are set in the monospaced face. */ kernel?: boolean };

export const Input = ({ kernel = false, className, ...rest }: ComponentProps<'input'> & Voice) => (
  <input {...rest} className={cn(CONTROL, 'h-8 px-2.5 touch:h-11', kernel && 'kernel', className)} />
);

export const Textarea = ({ kernel = false, className, ...rest }: ComponentProps<'textarea'> & Voice) => (
  <textarea {...rest} className={cn(CONTROL, 'min-h-20 px-2.5 py-1.5', kernel && 'kernel', className)} />
);

/** The platform's own list: right for keyboards, screen readers and telephones. */
export const Select = ({ className, children, ...rest }: ComponentProps<'select'>) => (
  <span className="relative block">
    <select {...rest} className={cn(CONTROL, 'h-8 appearance-none truncate pr-8 pl-2.5 touch:h-11', className)}>
      {children}
    </select>
    <ChevronDown
      aria-hidden
      className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-muted"
    />
  </span>
);

type SwitchProps = Omit<ComponentProps<typeof RadixSwitch.Root>, 'children'>;

export const Switch = ({ className, ...rest }: SwitchProps) => (
  <RadixSwitch.Root
    {...rest}
    className={cn(
      'inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors duration-150',
      'data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-55',
      className,
    )}
  >
    <RadixSwitch.Thumb className="block size-3.5 rounded-full bg-line-strong transition-transform duration-150 data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-ink" />
  </RadixSwitch.Root>
);

export const Checkbox = ({ className, ...rest }: Omit<ComponentProps<typeof RadixCheckbox.Root>, 'children'>) => (
  <RadixCheckbox.Root
    {...rest}
    className={cn(
      'inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-panel text-accent-ink',
      'data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-55',
      className,
    )}
  >
    <RadixCheckbox.Indicator>
      <svg aria-hidden viewBox="0 0 12 12" className="size-3">
        <path d="M2.5 6.5 5 9l4.5-6" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
    </RadixCheckbox.Indicator>
  </RadixCheckbox.Root>
);

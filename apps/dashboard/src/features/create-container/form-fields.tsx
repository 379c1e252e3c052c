'use client';
import { Field, Input, Notice, Select, Switch, Textarea } from '@vitrine/ui';
import { useId, type ReactNode } from 'react';
import type { Draft, DraftField } from './draft.ts';
import { giveAways } from './give-away.ts';
import type { CreateForm } from './use-create-form.ts';

type TextFieldName = {
  [F in DraftField]: Draft[F] extends string ? (string extends Draft[F] ? F : never) : never;
}[DraftField];
type ChoiceName = 'userNamespace' | 'network' | 'seccomp';
type SwitchName = { [F in DraftField]: Draft[F] extends boolean ? F : never }[DraftField];

type TextFieldProps = {
  form: CreateForm;
  field: TextFieldName;
  label: string;
  hint?: ReactNode;
  placeholder?: string;
  /** Several lines. */
  lines?: number;
  suggestions?: readonly string[];
};

/** A line, or several, of text; its mistake is shown once it is left. */
export function TextField({ form, field, label, hint, placeholder, lines, suggestions }: TextFieldProps) {
  const list = useId();
  const shared = {
    name: field,
    value: form.draft[field],
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    kernel: true,
    onBlur: () => form.leave(field),
  };
  return (
    <Field label={label} hint={hint} error={form.mistakeOf(field)}>
      {(control) =>
        lines === undefined ? (
          <>
            <Input
              {...control}
              {...shared}
              {...(suggestions === undefined ? {} : { list })}
              onChange={(event) => form.set(field, event.target.value)}
            />
            {suggestions === undefined ? null : (
              <datalist id={list}>
                {suggestions.map((suggestion) => (
                  <option key={suggestion} value={suggestion}>
                    {suggestion}
                  </option>
                ))}
              </datalist>
            )}
          </>
        ) : (
          <Textarea {...control} {...shared} rows={lines} onChange={(event) => form.set(field, event.target.value)} />
        )
      }
    </Field>
  );
}

type ChoiceFieldProps<F extends ChoiceName> = {
  form: CreateForm;
  field: F;
  label: string;
  options: readonly { value: Draft[F]; label: string }[];
};

/** One of a few; a dangerous one says what it gives away. */
export function ChoiceField<F extends ChoiceName>({ form, field, label, options }: ChoiceFieldProps<F>) {
  return (
    <div>
      <Field label={label} error={form.mistakeOf(field)}>
        {(control) => (
          <Select
            {...control}
            name={field}
            value={form.draft[field]}
            onChange={(event) => {
              const chosen = options.find(({ value }) => value === event.target.value);
              if (chosen !== undefined) form.set(field, chosen.value);
            }}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <GivesAway form={form} field={field} />
    </div>
  );
}

type SwitchFieldProps = { form: CreateForm; field: SwitchName; label: string; hint?: ReactNode };

export function SwitchField({ form, field, label, hint }: SwitchFieldProps) {
  const id = useId();
  return (
    <div>
      <div className="flex items-start gap-2.5 touch:min-h-11">
        <Switch
          id={id}
          checked={form.draft[field]}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onCheckedChange={(checked) => form.set(field, checked)}
        />
        <span className="min-w-0">
          <label htmlFor={id} className="text-sm font-medium">
            {label}
          </label>
          {hint === undefined ? null : (
            <span id={`${id}-hint`} className="block text-xs text-muted">
              {hint}
            </span>
          )}
        </span>
      </div>
      <GivesAway form={form} field={field} />
    </div>
  );
}

export function GivesAway({ form, field }: { form: CreateForm; field: DraftField }) {
  const told = giveAways(form.draft)[field];
  if (told === undefined) return null;
  return (
    <Notice tone="warn" className="mt-2 text-xs">
      {told}
    </Notice>
  );
}

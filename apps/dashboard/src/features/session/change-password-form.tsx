'use client';
import { Button, Field, Input, Notice } from '@vitrine/ui';
import { useState, type FormEvent } from 'react';
import { useHub } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { mistakesIn, type PasswordMistakes, type PasswordValues } from './password-mistakes.ts';

const EMPTY: PasswordValues = { currentPassword: '', newPassword: '', repeated: '' };

type ChangePasswordFormProps = { currentLabel?: string; onChanged: () => void };

export function ChangePasswordForm({ currentLabel = 'Present password', onChanged }: ChangePasswordFormProps) {
  const hub = useHub();
  const [values, setValues] = useState(EMPTY);
  const [mistakes, setMistakes] = useState<PasswordMistakes>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const seen = mistakesIn(values);
    setMistakes(seen);
    if (busy || Object.keys(seen).length > 0) return;
    setBusy(true);
    setFailure(null);
    try {
      await hub.session.changePassword.mutate({
        currentPassword: values.currentPassword,
        newPassword: values.newPassword,
      });
      setValues(EMPTY);
      onChanged();
    } catch (error) {
      const problem = problemOf(error);
      if (problem.field === 'currentPassword' || problem.field === 'newPassword') {
        setMistakes({ [problem.field]: problem.message });
      } else {
        setFailure([problem.message, problem.mend].filter((text) => text !== null).join(' '));
      }
    } finally {
      setBusy(false);
    }
  };
  const leave = (field: keyof PasswordValues) => () => {
    if (values[field] !== '') setMistakes((old) => ({ ...old, [field]: mistakesIn(values)[field] ?? '' }));
  };
  const field = (name: keyof PasswordValues, label: string, autoComplete: string, hint?: string) => (
    <Field label={label} error={mistakes[name]} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <Input
          {...control}
          type="password"
          autoComplete={autoComplete}
          value={values[name]}
          onChange={(event) => setValues((old) => ({ ...old, [name]: event.target.value }))}
          onBlur={leave(name)}
        />
      )}
    </Field>
  );

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="max-w-sm space-y-4">
      {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
      {field('currentPassword', currentLabel, 'current-password')}
      {field('newPassword', 'New password', 'new-password', 'At least 12 characters.')}
      {field('repeated', 'New password once more', 'new-password')}
      <Button type="submit" variant="primary" busy={busy}>
        Change password
      </Button>
    </form>
  );
}

'use client';
import { useQueryClient } from '@tanstack/react-query';
import { DomainError, type ErrorBody } from '@vitrine/protocol';
import { Button, Field, Input, Notice } from '@vitrine/ui';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { useReconnect } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { Mark } from '../frame/mark.tsx';
import { signIn } from './auth.ts';
import { safeNext } from './safe-next.ts';

const sayWrong = (error: unknown): ErrorBody => (error instanceof DomainError ? error.toBody() : problemOf(error));

/** What is wrong, in words that help: which of two mistakes it was is not told to a stranger. */
function Wrong({ problem }: { problem: ErrorBody }) {
  // Nothing is missing, so what is not well-formed is no address that anybody has here.
  if (problem.code === 'unauthenticated' || problem.code === 'invalid-input') {
    return (
      <Notice tone="bad">
        <p className="font-medium">E-mail or password is wrong.</p>
        <p className="text-muted">
          The first password was printed once, where Vitrine was started. Look for “admin@vitrine.local” there.
        </p>
      </Notice>
    );
  }
  if (problem.code === 'rate-limited') {
    return (
      <Notice tone="warn">
        <p className="font-medium">Too many attempts.</p>
        <p className="text-muted">{problem.mend ?? 'Wait a minute, then try again.'}</p>
      </Notice>
    );
  }
  return (
    <Notice tone="bad">
      <p className="font-medium">{problem.message}</p>
      {problem.mend === null ? null : <p className="text-muted">{problem.mend}</p>}
    </Notice>
  );
}

export function SignInPage() {
  const router = useRouter();
  const next = safeNext(useSearchParams().get('next'));
  const queries = useQueryClient();
  const reconnect = useReconnect();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorBody | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const lacks = {
      ...(email.trim() === '' ? { email: 'Write the e-mail address of your account.' } : {}),
      ...(password === '' ? { password: 'Write your password.' } : {}),
    };
    setMissing(lacks);
    if (Object.keys(lacks).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await signIn(email.trim(), password);
      queries.clear();
      reconnect();
      router.replace(next);
    } catch (error) {
      setProblem(sayWrong(error));
      setBusy(false);
    }
  };

  return (
    <main className="mx-auto flex min-h-screen w-full max-w-sm flex-col justify-center px-5 pb-24">
      <div className="mb-6 flex items-center gap-2.5">
        <Mark className="size-7" />
        <h1 className="text-xl font-semibold">Sign in to Vitrine</h1>
      </div>
      <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
        {problem === null ? null : <Wrong problem={problem} />}
        <Field label="E-mail" error={missing.email}>
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password" error={missing.password}>
          {(control) => (
            <Input
              {...control}
              type="password"
              name="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={busy} className="w-full">
          Sign in
        </Button>
      </form>
    </main>
  );
}

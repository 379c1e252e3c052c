'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from '@vitrine/ui';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useReconnect, useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { Mark } from '../frame/mark.tsx';
import { ChangePasswordForm } from './change-password-form.tsx';
import { useSignOut } from './session.tsx';

/** The one-time password was printed where others may have seen it: it is good for choosing another, and for nothing else. */
export function ChangePasswordPage() {
  const router = useRouter();
  const queries = useQueryClient();
  const reconnect = useReconnect();
  const signOut = useSignOut();
  const me = useQuery(useTRPC().session.me.queryOptions());
  const signedOut = me.isError && problemOf(me.error).code === 'unauthenticated';
  useEffect(() => {
    if (signedOut) router.replace('/sign-in');
  }, [signedOut, router]);

  return (
    <main className="mx-auto flex min-h-screen w-full max-w-sm flex-col justify-center px-5 pb-24">
      <div className="mb-2 flex items-center gap-2.5">
        <Mark className="size-7" />
        <h1 className="text-xl font-semibold">Choose your own password</h1>
      </div>
      <p className="mb-6 text-muted">
        The password you signed in with was printed in a terminal. From now on only you know yours.
      </p>
      <ChangePasswordForm
        currentLabel="One-time password"
        onChanged={() => {
          queries.clear();
          reconnect();
          router.replace('/');
        }}
      />
      <Button variant="ghost" className="mt-4 self-start" onClick={() => void signOut()}>
        Sign out
      </Button>
    </main>
  );
}

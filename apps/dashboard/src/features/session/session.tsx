'use client';
import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { roleCovers, type Role, type SessionUser } from '@vitrine/protocol';
import { Skeleton } from '@vitrine/ui';
import { usePathname, useRouter } from 'next/navigation';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { useReconnect, useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { Failure } from '../frame/failure.tsx';
import { signOut } from './auth.ts';

const UserContext = createContext<SessionUser | null>(null);

export function useUser(): SessionUser {
  const user = useContext(UserContext);
  if (user === null) throw new Error('SessionGate is missing above this component.');
  return user;
}

/** Why somebody may not do what needs `role`; undefined when they may. */
export function useRoleLack(role: Role): string | undefined {
  const user = useUser();
  return roleCovers(user.role, role) ? undefined : `This needs the role ${role}; yours is ${user.role}.`;
}

const PageShape = () => (
  <div aria-busy="true" className="p-6">
    <p className="sr-only">Opening Vitrine</p>
    <Skeleton className="mb-6 h-6 w-48" />
    <Skeleton className="h-64 w-full" />
  </div>
);

/** Shows its children to whoever is signed in and has a password of their own; others go to where they get one. */
export function SessionGate({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const router = useRouter();
  const path = usePathname();
  const queries = useQueryClient();
  const me = useQuery(trpc.session.me.queryOptions());
  const meKey = useMemo(() => trpc.session.me.queryKey(), [trpc]);
  const signedOut = me.isError && problemOf(me.error).code === 'unauthenticated';
  const mustChange = me.data?.mustChangePassword === true;

  useEffect(
    () =>
      queries.getQueryCache().subscribe((told) => {
        if (told.type !== 'updated' || told.action.type !== 'error') return;
        if (told.query.queryHash === hashKey(meKey) || problemOf(told.action.error).code !== 'unauthenticated') return;
        // The session ended meanwhile: ask who this is.
        void queries.invalidateQueries({ queryKey: meKey });
      }),
    [queries, meKey],
  );

  useEffect(() => {
    if (signedOut) router.replace(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
    else if (mustChange) router.replace('/change-password');
  }, [signedOut, mustChange, path, router]);

  if (me.isError && !signedOut) {
    return <Failure title="Vitrine could not be opened" error={me.error} onRetry={() => void me.refetch()} />;
  }
  if (me.data === undefined || mustChange) return <PageShape />;
  return <UserContext value={me.data}>{children}</UserContext>;
}

/** Ends the session and forgets all that was shown. */
export function useSignOut(): () => Promise<void> {
  const router = useRouter();
  const queries = useQueryClient();
  const reconnect = useReconnect();
  return async () => {
    await signOut();
    router.replace('/sign-in');
    queries.clear();
    reconnect();
  };
}

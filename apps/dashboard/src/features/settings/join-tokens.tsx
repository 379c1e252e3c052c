'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { JoinTokenRow } from '@vitrine/protocol';
import { Age, Button, ConfirmDialog, Panel, SkeletonRows, StateBadge, useNow, type Tone } from '@vitrine/ui';
import { Plus, Ticket, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useHub, useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { Failure } from '../frame/failure.tsx';
import { useHosts } from '../live/live.tsx';

type State = { tone: Tone; word: string };

function stateOf(row: JoinTokenRow, nowMs: number): State {
  if (row.usedAtMs !== null) return { tone: 'idle', word: 'used' };
  return row.expiresAtMs <= nowMs ? { tone: 'unknown', word: 'expired' } : { tone: 'run', word: 'open' };
}

function TokenLine({ row, onRevoke }: { row: JoinTokenRow; onRevoke: () => void }) {
  const nowMs = useNow();
  const hosts = useHosts();
  const state = stateOf(row, nowMs);
  const usedBy = hosts.find(({ host }) => host.id === row.usedByHostId)?.host;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-3 py-2 last:border-b-0">
      <Ticket aria-hidden className="size-4 text-faint" />
      <span className="min-w-0 flex-1">
        <StateBadge tone={state.tone} word={state.word} />
        <span className="block text-xs text-muted">
          made <Age atMs={row.createdAtMs} /> ago by {row.createdBy}
          {usedBy === undefined ? null : (
            <>
              , used by{' '}
              <Link href={`/hosts/${usedBy.id}`} className="kernel underline underline-offset-2">
                {usedBy.name}
              </Link>
            </>
          )}
        </span>
      </span>
      {state.word === 'open' ? (
        <Button size="sm" variant="danger" onClick={onRevoke}>
          <Trash2 aria-hidden className="size-3.5" />
          Revoke
        </Button>
      ) : null}
    </li>
  );
}

/** The tickets by which hosts join: each for one host, once. */
export function JoinTokens() {
  const hub = useHub();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const tokens = useQuery(trpc.joinTokens.list.queryOptions());
  const [revoking, setRevoking] = useState<JoinTokenRow | null>(null);
  return (
    <Panel
      id="join-tokens"
      title="Join tokens"
      note="each lets one host in, once"
      flush
      actions={
        <Button size="sm" asChild>
          <Link href="/?add-host">
            <Plus aria-hidden className="size-3.5" />
            Add host
          </Link>
        </Button>
      }
    >
      {tokens.isError ? (
        <Failure title="The tokens could not be read" error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : tokens.data === undefined ? (
        <SkeletonRows rows={2} label="Reading the tokens" />
      ) : tokens.data.length === 0 ? (
        <p className="p-4 text-muted">None yet. “Add host” makes one.</p>
      ) : (
        <ul>
          {tokens.data.map((row) => (
            <TokenLine key={row.id} row={row} onRevoke={() => setRevoking(row)} />
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => (open ? undefined : setRevoking(null))}
        title="Revoke this join token?"
        confirmLabel="Revoke"
        describeError={(error) => problemOf(error).message}
        consequences={['A host that tries to join with it is refused.', 'Hosts that joined already stay.']}
        onConfirm={async () => {
          if (revoking === null) return;
          await hub.joinTokens.revoke.mutate({ id: revoking.id });
          await queries.invalidateQueries(trpc.joinTokens.list.queryFilter());
        }}
      />
    </Panel>
  );
}

'use client';
import { useMutation } from '@tanstack/react-query';
import type { ErrorBody, HostId } from '@vitrine/protocol';
import { useRouter } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import type { Draft, DraftField } from './draft.ts';
import { IdempotencyKeyring } from './idempotency-keyring.ts';
import { fieldOfPath, readDraft, rightPart, type HostMeans } from './read-draft.ts';

export type CreateForm = ReturnType<typeof useCreateForm>;

/** The form's state: what is typed, which mistakes are shown already, and what the server said. */
export function useCreateForm(
  hostId: HostId,
  initial: Draft,
  host: HostMeans | null,
  /** The containers that are there already. */
  listKnown: () => ReadonlySet<string>,
) {
  const [draft, setDraft] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<DraftField>>(new Set());
  const [refused, setRefused] = useState<ErrorBody | null>(null);
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const keys = useRef(new IdempotencyKeyring());
  const { spec, mistakes } = useMemo(() => readDraft(draft, host), [draft, host]);
  const create = useMutation(useTRPC().containers.create.mutationOptions());
  const router = useRouter();
  const refusedField = refused?.field === null || refused === null ? undefined : fieldOfPath(refused.field);

  const set = <F extends DraftField>(field: F, value: Draft[F]): void => {
    setDraft((old) => ({ ...old, [field]: value }));
    if (refusedField === field) setRefused(null);
  };
  const leave = (field: DraftField): void => setLeft((old) => (old.has(field) ? old : new Set([...old, field])));
  /** Answers the first field at fault, or null when the request is on its way. */
  const submit = (): DraftField | null => {
    if (create.isPending || create.isSuccess) return null;
    if (spec === undefined) {
      const wrong = Object.keys(mistakes) as DraftField[];
      setLeft((old) => new Set([...old, ...wrong]));
      return wrong[0] ?? null;
    }
    setRefused(null);
    setKnown(listKnown());
    create.mutate(
      { hostId, spec, start: draft.start, idempotencyKey: keys.current.keyFor({ spec, start: draft.start }) },
      {
        onSuccess: ({ container }) => router.push(`/hosts/${hostId}/containers/${container.id}`),
        onError: (error) => {
          const problem = problemOf(error);
          keys.current.answered(problem.code);
          setRefused(problem);
        },
      },
    );
    return null;
  };
  return {
    draft,
    set,
    leave,
    submit,
    spec,
    rightPart: useMemo(() => spec ?? rightPart(draft, mistakes, host), [spec, draft, mistakes, host]),
    refused,
    refusedField,
    /** The containers that were there when the request was sent. */
    known,
    busy: create.isPending || create.isSuccess,
    /** Only once the field was left, so that nobody is told off while typing. */
    mistakeOf: (field: DraftField): string | undefined =>
      refusedField === field ? refusalText(refused) : left.has(field) ? mistakes[field] : undefined,
  };
}

function refusalText(refused: ErrorBody | null): string | undefined {
  if (refused === null) return undefined;
  // The whole story stands beside the button; of a launch that failed, the field needs only what to do.
  return refused.code === 'launch-failed' && refused.mend !== null ? refused.mend : refused.message;
}

'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { can, whyNot, type ContainerAction } from '@vitrine/protocol';
import {
  Button,
  cn,
  ConfirmDialog,
  DropdownMenu,
  IconButton,
  MenuItem,
  MenuLabel,
  MenuSeparator,
  toast,
} from '@vitrine/ui';
import { ChevronDown, Play, RotateCw, Skull, Square, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { useRoleLack } from '../session/session.tsx';
import { useContainerPage } from './container-context.ts';
import { deleteConsequences, killConsequences, stopConsequences } from './overview/what-lasts.ts';

/** Signals that people send by hand; SIGKILL stands apart because it asks first. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

type Question = 'stop' | 'kill' | 'delete';

const inWords = (error: unknown): string => {
  const { message, mend } = problemOf(error);
  return mend === null ? message : `${message} ${mend}`;
};

/** Why an action is not possible now: the state, the role, or a host that is away. */
function useReason(): (action: ContainerAction) => string | undefined {
  const { detail, host, hostName } = useContainerPage();
  const lack = useRoleLack('operator');
  return (action) => {
    const why = whyNot(action, detail.status);
    if (why !== undefined) return why;
    if (host !== undefined && host.connection !== 'online')
      return `${hostName} is ${host.connection}: it cannot be asked.`;
    return lack;
  };
}

/** Sends PID 1 a signal at once, and says what came of it. */
function useSignal(): (signal: string) => void {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const kill = useMutation(trpc.containers.kill.mutationOptions());
  return (signal) => {
    kill.mutate(
      { ...containerRef, signal },
      {
        onSuccess: () => toast.success(`${signal} was sent to PID 1 of ${detail.name}`),
        onError: (error) => toast.error(`${signal} was not sent`, { description: inWords(error) }),
      },
    );
  };
}

export function HeaderActions({ className }: { className?: string }) {
  const { containerRef, detail } = useContainerPage();
  const [question, setQuestion] = useState<Question | null>(null);
  const reason = useReason();
  const trpc = useTRPC();
  const start = useMutation(trpc.containers.start.mutationOptions());
  const ended = detail.status === 'stopped';
  const again = `/hosts/${containerRef.hostId}/create?from=${containerRef.containerId}`;

  return (
    <div className={cn('flex flex-wrap items-center gap-2', className)}>
      {can('start', detail.status) ? (
        <Button
          variant="primary"
          busy={start.isPending}
          disabledReason={reason('start')}
          onClick={() =>
            start.mutate(containerRef, {
              onError: (error) => toast.error(`${detail.name} did not start`, { description: inWords(error) }),
            })
          }
        >
          <Play aria-hidden className="size-3.5" />
          Start
        </Button>
      ) : null}
      <Button asChild variant={ended ? 'primary' : 'secondary'}>
        <Link href={again}>
          <RotateCw aria-hidden className="size-3.5" />
          Run again
        </Link>
      </Button>
      {ended ? null : <StopButton reason={reason} onAsk={setQuestion} />}
      <Button
        variant={ended ? 'danger' : 'secondary'}
        disabledReason={reason('delete')}
        onClick={() => setQuestion('delete')}
      >
        <Trash2 aria-hidden className="size-3.5" />
        Delete
      </Button>
      <Questions open={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

type StopButtonProps = { reason: (action: ContainerAction) => string | undefined; onAsk: (question: Question) => void };

function StopButton({ reason, onAsk }: StopButtonProps) {
  const send = useSignal();
  const why = reason('kill');
  const item = why === undefined ? {} : { disabledReason: why };
  return (
    <div className="flex">
      <Button className="rounded-r-none" disabledReason={reason('stop')} onClick={() => onAsk('stop')}>
        <Square aria-hidden className="size-3.5" />
        Stop
      </Button>
      <DropdownMenu
        label="Other ways to end it"
        trigger={
          <IconButton label="Kill and other signals" variant="secondary" className="h-8 w-7 rounded-l-none border-l-0">
            <ChevronDown aria-hidden className="size-3.5" />
          </IconButton>
        }
      >
        <MenuItem danger icon={<Skull aria-hidden className="size-3.5" />} onSelect={() => onAsk('kill')} {...item}>
          Kill with <span className="kernel">SIGKILL</span>…
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>Send PID 1 a signal</MenuLabel>
        {SIGNALS.map((signal) => (
          <MenuItem key={signal} onSelect={() => send(signal)} {...item}>
            <span className="kernel">{signal}</span>
          </MenuItem>
        ))}
      </DropdownMenu>
    </div>
  );
}

/** What is asked before something that cannot be taken back. */
function Questions({ open, onClose }: { open: Question | null; onClose: () => void }) {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const stop = useMutation(trpc.containers.stop.mutationOptions());
  const kill = useMutation(trpc.containers.kill.mutationOptions());
  const remove = useMutation(trpc.containers.delete.mutationOptions());
  const shared = { describeError: inWords, onOpenChange: (next: boolean) => (next ? undefined : onClose()) };

  const deleteIt = async (): Promise<void> => {
    await remove.mutateAsync(containerRef);
    toast.success(`${detail.name} was deleted`);
    router.push(`/hosts/${containerRef.hostId}`);
    queries.removeQueries(trpc.containers.get.queryFilter(containerRef));
  };
  return (
    <>
      <ConfirmDialog
        {...shared}
        open={open === 'stop'}
        title={`Stop ${detail.name}?`}
        consequences={stopConsequences(detail)}
        confirmLabel="Stop"
        onConfirm={() => stop.mutateAsync(containerRef)}
      />
      <ConfirmDialog
        {...shared}
        open={open === 'kill'}
        title={`Kill ${detail.name}?`}
        consequences={killConsequences(detail, 'SIGKILL')}
        confirmLabel="Kill"
        onConfirm={() => kill.mutateAsync({ ...containerRef, signal: 'SIGKILL' })}
      />
      <ConfirmDialog
        {...shared}
        open={open === 'delete'}
        title={`Delete ${detail.name}?`}
        consequences={deleteConsequences(detail)}
        confirmLabel="Delete"
        onConfirm={deleteIt}
      />
    </>
  );
}

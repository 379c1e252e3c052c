'use client';
import { can, whyNot, type ContainerAction, type ContainerSummary } from '@vitrine/protocol';
import {
  Button,
  Code,
  ConfirmDialog,
  DropdownMenu,
  Field,
  IconButton,
  MenuItem,
  MenuSeparator,
  Select,
  toast,
} from '@vitrine/ui';
import { Ellipsis, Play, Square, Trash2, Zap } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { HostId } from '@vitrine/protocol';
import { useHub } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { useHost } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';

type Target = { hostId: HostId; container: Pick<ContainerSummary, 'id' | 'name' | 'status'> };
type ContainerActionsProps = Target & {
  /** Buttons side by side, or one menu behind three dots. */
  layout?: 'bar' | 'menu';
  onDeleted?: () => void;
};

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

const describeProblem = (error: unknown): ReactNode => {
  const { message, mend } = problemOf(error);
  return (
    <>
      <p>{message}</p>
      {mend === null ? null : <p className="text-muted">{mend}</p>}
    </>
  );
};

type Asked = Exclude<ContainerAction, 'start'>;

/** Why an action cannot be done now, or undefined: rights first, then the host, then the container's state. */
function useRefusal({ hostId, container }: Target): (action: ContainerAction) => string | undefined {
  const lack = useRoleLack('operator');
  const host = useHost(hostId);
  const away =
    host === undefined || host.connection === 'online'
      ? undefined
      : `Host ${host.name} is ${host.connection}; it cannot be asked.`;
  return (action) => lack ?? away ?? (can(action, container.status) ? undefined : whyNot(action, container.status));
}

const WHAT_STAYS = 'Its record, logs, launch trace and autopsy stay until it is deleted.';
const WRITABLE_LAYER =
  'Its writable layer is discarded when it ends, unless it was created to be kept: what it wrote to its own files is lost.';

type ConfirmProps = Target & { asked: Asked | null; onClose: () => void; onDeleted: (() => void) | undefined };

function Confirm({ hostId, container, asked, onClose, onDeleted }: ConfirmProps) {
  const hub = useHub();
  const [signal, setSignal] = useState<string>('SIGKILL');
  const ref = { hostId, containerId: container.id };
  const name = container.name;
  const common = { describeError: describeProblem, onOpenChange: (open: boolean) => (open ? undefined : onClose()) };

  return (
    <>
      <ConfirmDialog
        {...common}
        open={asked === 'stop'}
        title={`Stop ${name}?`}
        confirmLabel="Stop"
        consequences={[
          'PID 1 gets its stop signal (SIGTERM, unless another was chosen). If it has not ended when its timeout is over, it is killed.',
          WRITABLE_LAYER,
          WHAT_STAYS,
        ]}
        onConfirm={async () => {
          await hub.containers.stop.mutate(ref);
          toast(`${name} was asked to stop`);
        }}
      />
      <ConfirmDialog
        {...common}
        open={asked === 'kill'}
        title={`Send ${name} a signal?`}
        confirmLabel={`Send ${signal}`}
        consequences={
          signal === 'SIGKILL'
            ? [
                'The kernel ends PID 1 and everything in it at once; nothing can be saved or finished.',
                WRITABLE_LAYER,
                WHAT_STAYS,
              ]
            : [
                <>
                  PID 1 gets <Code>{signal}</Code> and does with it what it will; without a handler of its own the
                  kernel drops it.
                </>,
              ]
        }
        onConfirm={async () => {
          await hub.containers.kill.mutate({ ...ref, signal });
          toast(`${signal} was sent to ${name}`);
        }}
      >
        <Field label="Signal">
          {(control) => (
            <Select {...control} className="kernel" value={signal} onChange={(event) => setSignal(event.target.value)}>
              {SIGNALS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </Select>
          )}
        </Field>
      </ConfirmDialog>
      <ConfirmDialog
        {...common}
        open={asked === 'delete'}
        title={`Delete ${name}?`}
        confirmLabel="Delete"
        consequences={[
          'Its record, logs, launch trace and autopsy are deleted from the host for good.',
          'Its events and audit rows stay in the hub.',
          <>
            The name <Code>{name}</Code> is free again.
          </>,
        ]}
        onConfirm={async () => {
          await hub.containers.delete.mutate(ref);
          toast(`${name} was deleted`);
          onDeleted?.();
        }}
      />
    </>
  );
}

const ACTION: Record<ContainerAction, { label: string; icon: ReactNode; danger: boolean }> = {
  start: { label: 'Start', icon: <Play aria-hidden className="size-3.5" />, danger: false },
  stop: { label: 'Stop…', icon: <Square aria-hidden className="size-3.5" />, danger: false },
  kill: { label: 'Send a signal…', icon: <Zap aria-hidden className="size-3.5" />, danger: false },
  delete: { label: 'Delete…', icon: <Trash2 aria-hidden className="size-3.5" />, danger: true },
};

/** What can be done with a container. What cannot is greyed and says why. */
export function ContainerActions({ hostId, container, layout = 'bar', onDeleted }: ContainerActionsProps) {
  const hub = useHub();
  const [asked, setAsked] = useState<Asked | null>(null);
  const refusal = useRefusal({ hostId, container });
  const start = (): void => {
    hub.containers.start.mutate({ hostId, containerId: container.id }).then(
      () => toast(`${container.name} was started`),
      (error: unknown) => toast.error(`${container.name} was not started`, { description: describeProblem(error) }),
    );
  };
  const ask = (action: ContainerAction) => () => (action === 'start' ? start() : setAsked(action));
  const item = (action: ContainerAction) => (
    <MenuItem
      key={action}
      icon={ACTION[action].icon}
      danger={ACTION[action].danger && refusal(action) === undefined}
      disabledReason={refusal(action)}
      onSelect={ask(action)}
    >
      {ACTION[action].label}
    </MenuItem>
  );
  const confirm = (
    <Confirm hostId={hostId} container={container} asked={asked} onClose={() => setAsked(null)} onDeleted={onDeleted} />
  );
  const menu = (actions: readonly ContainerAction[], size: 'row' | 'bar') => (
    <DropdownMenu
      label={`Actions of ${container.name}`}
      trigger={
        <IconButton
          label={`Actions of ${container.name}`}
          variant={size === 'row' ? 'ghost' : 'secondary'}
          className={size === 'row' ? '' : 'size-8'}
        >
          <Ellipsis aria-hidden className="size-4" />
        </IconButton>
      }
    >
      {actions.map((action) => (action === 'delete' ? [<MenuSeparator key="line" />, item(action)] : item(action)))}
    </DropdownMenu>
  );
  if (layout === 'menu') {
    return (
      <>
        {menu(['start', 'stop', 'kill', 'delete'], 'row')}
        {confirm}
      </>
    );
  }
  const first: ContainerAction =
    container.status === 'stopped' ? 'delete' : container.status === 'created' ? 'start' : 'stop';
  return (
    <div className="flex items-center gap-1.5">
      <Button
        variant={ACTION[first].danger ? 'danger' : 'secondary'}
        disabledReason={refusal(first)}
        onClick={ask(first)}
      >
        {ACTION[first].icon}
        {ACTION[first].label.replace('…', '')}
      </Button>
      {menu(
        (['start', 'stop', 'kill', 'delete'] as const).filter((action) => action !== first),
        'bar',
      )}
      {confirm}
    </div>
  );
}

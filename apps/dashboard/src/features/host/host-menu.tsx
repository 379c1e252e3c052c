'use client';
import { HostName, type Host } from '@vitrine/protocol';
import {
  Button,
  ConfirmDialog,
  Dialog,
  DropdownMenu,
  Field,
  IconButton,
  Input,
  MenuItem,
  MenuSeparator,
  toast,
} from '@vitrine/ui';
import { Ban, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { useHub } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { useRoleLack } from '../session/session.tsx';

const says = (error: unknown): string => {
  const { message, mend } = problemOf(error);
  return mend === null ? message : `${message} ${mend}`;
};

function Rename({ host, onClose }: { host: Host; onClose: () => void }) {
  const hub = useHub();
  const [name, setName] = useState(host.name);
  const [mistake, setMistake] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = HostName.safeParse(name);
    if (!parsed.success) {
      setMistake(`The name ${parsed.error.issues[0]?.message ?? 'is not right'}.`);
      return;
    }
    setBusy(true);
    try {
      await hub.hosts.rename.mutate({ hostId: host.id, name: parsed.data });
      onClose();
    } catch (error) {
      setMistake(says(error));
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
      <Field label="Name" error={mistake} hint="Only how it is called here; its hostname stays.">
        {(control) => <Input {...control} kernel value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={busy}>
          Rename
        </Button>
      </div>
    </form>
  );
}

/** What an admin can do with a host itself. */
export function HostMenu({ host }: { host: Host }) {
  const hub = useHub();
  const router = useRouter();
  const lack = useRoleLack('admin');
  const [asked, setAsked] = useState<'rename' | 'revoke' | 'remove' | null>(null);
  const close = (): void => setAsked(null);
  const toggle = (open: boolean): void => (open ? undefined : close());
  return (
    <>
      <DropdownMenu
        label={`Actions of ${host.name}`}
        trigger={
          <IconButton label={`Actions of ${host.name}`} variant="secondary" className="size-8">
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem
          icon={<Pencil aria-hidden className="size-3.5" />}
          disabledReason={lack}
          onSelect={() => setAsked('rename')}
        >
          Rename…
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={<Ban aria-hidden className="size-3.5" />}
          disabledReason={lack ?? (host.connection === 'revoked' ? 'It is revoked already.' : undefined)}
          onSelect={() => setAsked('revoke')}
        >
          Revoke its key…
        </MenuItem>
        <MenuItem
          icon={<Trash2 aria-hidden className="size-3.5" />}
          danger={lack === undefined}
          disabledReason={lack}
          onSelect={() => setAsked('remove')}
        >
          Remove from the fleet…
        </MenuItem>
      </DropdownMenu>
      <Dialog open={asked === 'rename'} onOpenChange={toggle} title={`Rename ${host.name}`} size="sm">
        <Rename host={host} onClose={close} />
      </Dialog>
      <ConfirmDialog
        open={asked === 'revoke'}
        onOpenChange={toggle}
        title={`Revoke the key of ${host.name}?`}
        confirmLabel="Revoke"
        describeError={says}
        consequences={[
          'The hub closes its connection and refuses its key from now on. This cannot be undone; the host must join anew.',
          'Its containers run on. They can be seen and stopped only on the host itself.',
        ]}
        onConfirm={() => hub.hosts.revoke.mutate({ hostId: host.id })}
      />
      <ConfirmDialog
        open={asked === 'remove'}
        onOpenChange={toggle}
        title={`Remove ${host.name} from the fleet?`}
        confirmLabel="Remove"
        describeError={says}
        consequences={[
          'Its key is revoked and it is taken off all lists.',
          'Its containers run on. They can be seen and stopped only on the host itself.',
        ]}
        onConfirm={async () => {
          await hub.hosts.remove.mutate({ hostId: host.id });
          toast(`${host.name} was removed`);
          router.push('/');
        }}
      />
    </>
  );
}

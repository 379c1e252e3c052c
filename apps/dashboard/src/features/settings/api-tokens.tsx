'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CreateApiToken, roleCovers, Role, type ApiTokenRow, type NewApiToken } from '@vitrine/protocol';
import {
  Age,
  Badge,
  Button,
  CodeBlock,
  ConfirmDialog,
  Dialog,
  Field,
  Input,
  Notice,
  Panel,
  Select,
  SkeletonRows,
} from '@vitrine/ui';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useHub, useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { date } from '../figures/format.ts';
import { Failure } from '../frame/failure.tsx';
import { useUser } from '../session/session.tsx';

const LIFETIMES = [
  { days: '30', label: '30 days' },
  { days: '90', label: '90 days' },
  { days: '365', label: 'One year' },
  { days: '', label: 'Until revoked' },
];

type Draft = { name: string; role: Role; days: string };
type Mistakes = { name?: string; form?: string };

function NewTokenForm({ onMade }: { onMade: (made: NewApiToken) => void }) {
  const hub = useHub();
  const user = useUser();
  const [draft, setDraft] = useState<Draft>({
    name: '',
    role: roleCovers(user.role, 'operator') ? 'operator' : 'viewer',
    days: '90',
  });
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const asked = CreateApiToken.safeParse({
      name: draft.name.trim(),
      role: draft.role,
      ...(draft.days === '' ? {} : { expiresInDays: Number(draft.days) }),
    });
    if (!asked.success) {
      setMistakes({ name: 'Give it a name of at most 64 characters: what will use it?' });
      return;
    }
    setBusy(true);
    setMistakes({});
    try {
      onMade(await hub.apiTokens.create.mutate(asked.data));
    } catch (error) {
      const { message, mend, field } = problemOf(error);
      setMistakes(field === 'name' ? { name: message } : { form: mend === null ? message : `${message} ${mend}` });
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
      {mistakes.form === undefined ? null : <Notice tone="bad">{mistakes.form}</Notice>}
      <Field label="Name" hint="Shown beside all it does: “deploy script”, “backup”." error={mistakes.name}>
        {(control) => (
          <Input
            {...control}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Role" hint="viewer sees, operator also creates and stops, admin does everything.">
        {(control) => (
          <Select
            {...control}
            value={draft.role}
            onChange={(event) => setDraft({ ...draft, role: Role.parse(event.target.value) })}
          >
            {Role.options
              .filter((role) => roleCovers(user.role, role))
              .map((role) => (
                <option key={role}>{role}</option>
              ))}
          </Select>
        )}
      </Field>
      <Field label="Good for">
        {(control) => (
          <Select
            {...control}
            value={draft.days}
            onChange={(event) => setDraft({ ...draft, days: event.target.value })}
          >
            {LIFETIMES.map(({ days, label }) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" busy={busy}>
          Make token
        </Button>
      </div>
    </form>
  );
}

const Made = ({ made, onDone }: { made: NewApiToken; onDone: () => void }) => (
  <div className="space-y-4">
    <Notice tone="warn">This is the only time it is shown. Only a hash of it is kept.</Notice>
    <CodeBlock label={`API token ${made.row.name}`} copyLabel="Copy token" text={made.token} />
    <div>
      <p className="mb-1 text-muted">Try it:</p>
      <CodeBlock
        label="Command that uses the token"
        copyLabel="Copy command"
        text={`curl -H "Authorization: Bearer ${made.token}" ${window.location.origin}/api/v1/containers`}
      />
    </div>
    <div className="flex justify-end">
      <Button variant="primary" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  </div>
);

function TokenLine({ row, onRevoke }: { row: ApiTokenRow; onRevoke: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-3 py-2 last:border-b-0">
      <KeyRound aria-hidden className="size-4 text-faint" />
      <span className="min-w-0 flex-1">
        <span className="font-medium">{row.name}</span> <Badge className="ml-1">{row.role}</Badge>
        <span className="kernel block text-muted">{row.start}…</span>
      </span>
      <span className="text-xs text-muted">
        {row.lastUsedAtMs === null ? (
          'never used'
        ) : (
          <>
            used <Age atMs={row.lastUsedAtMs} /> ago
          </>
        )}
        <span className="block">{row.expiresAtMs === null ? 'until revoked' : `until ${date(row.expiresAtMs)}`}</span>
      </span>
      <Button size="sm" variant="danger" onClick={onRevoke}>
        <Trash2 aria-hidden className="size-3.5" />
        Revoke<span className="sr-only"> {row.name}</span>
      </Button>
    </li>
  );
}

/** Keys for scripts: made, listed, taken back; each is shown once. */
export function ApiTokens() {
  const hub = useHub();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const tokens = useQuery(trpc.apiTokens.list.queryOptions());
  const [making, setMaking] = useState<'form' | NewApiToken | null>(null);
  const [revoking, setRevoking] = useState<ApiTokenRow | null>(null);
  const refresh = () => queries.invalidateQueries(trpc.apiTokens.list.queryFilter());
  return (
    <Panel
      id="api-tokens"
      title="API tokens"
      note="for scripts, the CLI and REST"
      flush
      actions={
        <Button size="sm" onClick={() => setMaking('form')}>
          <Plus aria-hidden className="size-3.5" />
          New token
        </Button>
      }
    >
      {tokens.isError ? (
        <Failure title="The tokens could not be read" error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : tokens.data === undefined ? (
        <SkeletonRows rows={2} label="Reading the tokens" />
      ) : tokens.data.length === 0 ? (
        <p className="p-4 text-muted">
          None yet. With one, every verb of this page is also one request: see{' '}
          <a href="/api/v1/openapi.json" className="text-accent underline underline-offset-2">
            the OpenAPI document
          </a>
          .
        </p>
      ) : (
        <ul>
          {tokens.data.map((row) => (
            <TokenLine key={row.id} row={row} onRevoke={() => setRevoking(row)} />
          ))}
        </ul>
      )}
      <Dialog
        open={making !== null}
        onOpenChange={(open) => (open ? undefined : setMaking(null))}
        title={making === null || making === 'form' ? 'New API token' : `Token “${making.row.name}”`}
        size="sm"
      >
        {making === null ? null : making === 'form' ? (
          <NewTokenForm
            onMade={(made) => {
              setMaking(made);
              void refresh();
            }}
          />
        ) : (
          <Made made={making} onDone={() => setMaking(null)} />
        )}
      </Dialog>
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => (open ? undefined : setRevoking(null))}
        title={`Revoke “${revoking?.name ?? ''}”?`}
        confirmLabel="Revoke"
        describeError={(error) => problemOf(error).message}
        consequences={[
          'Whatever uses it is refused from its next request on.',
          'It cannot be had back; another can be made.',
        ]}
        onConfirm={async () => {
          if (revoking === null) return;
          await hub.apiTokens.revoke.mutate({ id: revoking.id });
          await refresh();
        }}
      />
    </Panel>
  );
}

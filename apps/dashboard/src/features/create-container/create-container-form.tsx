'use client';
import type { Host, Image } from '@vitrine/protocol';
import { Button, cn, FactList, Notice, Panel } from '@vitrine/ui';
import { ChevronRight, CircleAlert, Play } from 'lucide-react';
import Link from 'next/link';
import { useRef, useState, type FormEvent } from 'react';
import { useContainers } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';
import { SECTION_OF, SECTIONS, type Draft, type DraftField, type Section } from './draft.ts';
import { Equivalents } from './equivalents.tsx';
import { SECTION_FIELDS } from './form-sections.tsx';
import type { HostMeans } from './read-draft.ts';
import { SECTION_TITLE, summarise } from './summary.ts';
import { willBeMade } from './will-be-made.ts';
import { useCreateForm, type CreateForm } from './use-create-form.ts';

type CreateContainerFormProps = { host: Host; means: HostMeans | null; images: readonly Image[]; initial: Draft };

export function CreateContainerForm({ host, means, images, initial }: CreateContainerFormProps) {
  const containers = useContainers();
  const form = useCreateForm(host.id, initial, means, () => new Set(containers.map(({ container }) => container.id)));
  const [open, setOpen] = useState<ReadonlySet<Section>>(new Set(['program']));
  const element = useRef<HTMLFormElement>(null);
  const lack = useRoleLack('operator');
  const away = host.connection === 'online' ? undefined : `${host.name} is ${host.connection}: it cannot be asked.`;

  const show = (section: Section): void => setOpen((old) => new Set([...old, section]));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wrong = form.submit();
    if (wrong === null) return;
    show(SECTION_OF[wrong]);
    // The section unfolds first.
    setTimeout(() => element.current?.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus(), 0);
  };
  const toggle = (section: Section): void =>
    setOpen((old) => new Set(old.has(section) ? [...old].filter((one) => one !== section) : [...old, section]));

  return (
    <form ref={element} noValidate onSubmit={submit} className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_420px]">
      <div className="min-w-0 space-y-3">
        {SECTIONS.map((section) => (
          <FoldedSection
            key={section}
            {...{ form, section, images }}
            host={means}
            open={open.has(section)}
            onToggle={() => toggle(section)}
          />
        ))}
        <Refusal form={form} hostId={host.id} />
        <div className="flex items-center gap-3">
          <Button type="submit" variant="primary" busy={form.busy} disabledReason={away ?? lack}>
            <Play aria-hidden className="size-3.5" />
            {form.draft.start ? 'Create and start' : 'Create'}
          </Button>
          <span className="text-xs text-muted">What is typed stays, whatever happens.</span>
        </div>
      </div>
      <div className="min-w-0 space-y-4 self-start xl:sticky xl:top-[calc(var(--bar-height,0px)+16px)]">
        <Equivalents
          spec={form.rightPart}
          behind={form.spec === undefined}
          start={form.draft.start}
          hostId={host.id}
          hostName={host.name}
        />
        {form.rightPart === undefined ? null : (
          <Panel title="Will be made">
            <FactList
              facts={willBeMade(form.rightPart).map(({ thing, what, kernel }) => ({
                term: thing,
                value: what,
                kernel,
              }))}
            />
          </Panel>
        )}
      </div>
    </form>
  );
}

type FoldedSectionProps = {
  form: CreateForm;
  section: Section;
  images: readonly Image[];
  host: HostMeans | null;
  open: boolean;
  onToggle: () => void;
};

function FoldedSection({ form, section, images, host, open, onToggle }: FoldedSectionProps) {
  const Fields = SECTION_FIELDS[section];
  const wrong = (Object.keys(SECTION_OF) as DraftField[]).filter(
    (field) => SECTION_OF[field] === section && form.mistakeOf(field) !== undefined,
  ).length;
  return (
    <section className="rounded-lg border bg-panel">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="flex min-h-11 w-full items-center gap-2 rounded-lg px-3 py-2 text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden
            className={cn('size-3.5 shrink-0 text-muted transition-transform duration-150', open && 'rotate-90')}
          />
          <span className="shrink-0 font-semibold">{SECTION_TITLE[section]}</span>
          {wrong === 0 ? null : (
            <span className="flex shrink-0 items-center gap-1 text-xs text-bad">
              <CircleAlert aria-hidden className="size-3" />
              {wrong} to mend
            </span>
          )}
          {open ? null : <span className="min-w-0 truncate text-muted">{summarise(section, form.draft)}</span>}
        </button>
      </h2>
      {open ? (
        <div className="border-t p-4">
          <Fields form={form} images={images} host={host} />
        </div>
      ) : null}
    </section>
  );
}

/** What the host said no to: the step, the call and its errno stand in the message. */
function Refusal({ form: { refused, refusedField, known }, hostId }: { form: CreateForm; hostId: string }) {
  const failed = useFailedLaunch(hostId, known);
  if (refused === null) return null;
  return (
    <Notice tone="bad">
      <p className="font-medium" data-testid="create-refused">
        {refused.code === 'launch-failed' ? 'It never ran.' : 'It was not made.'}
      </p>
      <p className="break-words">{refused.message}</p>
      {refused.mend === null ? null : <p className="mt-1">{refused.mend}</p>}
      {refusedField === undefined ? null : <p className="mt-1 text-xs text-muted">The field at fault is marked.</p>}
      {refused.code !== 'launch-failed' || failed === undefined ? null : (
        <p className="mt-1">
          <Link href={`/hosts/${hostId}/containers/${failed.id}/launch`} className="text-accent hover:underline">
            See every call of the launch
          </Link>{' '}
          <span className="text-muted">of {failed.name}, which is kept until the name is used again</span>
        </p>
      )}
    </Notice>
  );
}

/** The record that a failed launch left: one that was not there when the request was sent. */
function useFailedLaunch(hostId: string, known: ReadonlySet<string>): { id: string; name: string } | undefined {
  return useContainers().find(
    (entry) =>
      entry.hostId === hostId && entry.container.exit?.kind === 'launch-failed' && !known.has(entry.container.id),
  )?.container;
}

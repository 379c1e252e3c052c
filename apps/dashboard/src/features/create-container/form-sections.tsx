'use client';
import type { Image } from '@vitrine/protocol';
import { describeBytes } from '@vitrine/protocol';
import type { ReactNode } from 'react';
import { quoteWords, splitCommandLine } from './command-line.ts';
import type { Section } from './draft.ts';
import { ChoiceField, GivesAway, SwitchField, TextField } from './form-fields.tsx';
import type { HostMeans } from './read-draft.ts';
import type { CreateForm } from './use-create-form.ts';

type SectionProps = { form: CreateForm; images: readonly Image[]; host: HostMeans | null };

const Grid = ({ children }: { children: ReactNode }) => <div className="grid gap-4 sm:grid-cols-2">{children}</div>;

function Program({ form, images }: SectionProps) {
  const image = images.find(({ reference }) => sameImage(reference, form.draft.image));
  const own = image === undefined ? [] : [...image.config.entrypoint, ...image.config.cmd];
  return (
    <div className="space-y-4">
      <Grid>
        <TextField
          form={form}
          field="image"
          label="Image"
          placeholder="starter"
          suggestions={images.map(({ reference }) => reference)}
          hint={
            image === undefined
              ? images.length === 0
                ? 'This host has told of no image.'
                : `This host has ${images.map(({ reference }) => reference).join(', ')}.`
              : `${describeBytes(image.sizeBytes)} in ${image.layers.length} ${image.layers.length === 1 ? 'layer' : 'layers'}.`
          }
        />
        <TextField form={form} field="name" label="Name" placeholder="made up when empty" />
      </Grid>
      <TextField
        form={form}
        field="command"
        label="Command"
        placeholder={own.length === 0 ? "the image's own" : quoteWords(own)}
        hint={<CommandHint text={form.draft.command} />}
      />
      <TextField
        form={form}
        field="env"
        label="Environment"
        lines={3}
        placeholder={'NAME=value'}
        hint="One NAME=value a line."
      />
      <Grid>
        <TextField
          form={form}
          field="workingDir"
          label="Working directory"
          placeholder={told(image?.config.workingDir, '/')}
        />
        <TextField form={form} field="hostname" label="Host name inside" placeholder="its short id" />
      </Grid>
    </div>
  );
}

/** An image leaves out what it does not say as an empty string. */
const told = (text: string | undefined, otherwise: string): string =>
  text === undefined || text === '' ? otherwise : text;

/** `starter` and `starter:latest` are one. */
const sameImage = (reference: string, typed: string): boolean => {
  const wanted = typed.trim();
  return reference === wanted || reference === `${wanted}:latest`;
};

function CommandHint({ text }: { text: string }) {
  const split = splitCommandLine(text);
  if (!split.ok || split.line.shellCharacters.length === 0) {
    return <>Words as in a shell, quotes included; no shell runs it.</>;
  }
  const [first] = split.line.shellCharacters;
  return (
    <span className="text-warn">
      No shell runs it: <span className="kernel">{split.line.shellCharacters.join(' ')}</span> is passed on as it
      stands. If a shell shall act on <span className="kernel">{first}</span>, write{' '}
      <span className="kernel">sh -c '…'</span>.
    </span>
  );
}

function LimitFields({ form, host }: SectionProps) {
  const has = (what: string): string => (host === null ? '' : ` ${host.name} has ${what}.`);
  return (
    <div className="space-y-4">
      <Grid>
        <TextField
          form={form}
          field="memory"
          label="Memory"
          placeholder="unlimited"
          hint={`As in 64 MiB or 1.5 GiB.${host === null ? '' : has(describeBytes(host.memoryBytes))}`}
        />
        <TextField
          form={form}
          field="cpuCores"
          label="CPU"
          placeholder="unlimited"
          hint={`Cores: 0.5 is half of one.${host === null ? '' : has(`${host.cpuCount}`)}`}
        />
        <TextField
          form={form}
          field="pids"
          label="PIDs"
          placeholder="unlimited"
          hint="Processes and threads; stops a fork bomb."
        />
        <TextField
          form={form}
          field="swap"
          label="Swap"
          placeholder="unlimited"
          hint="On top of memory; 0 forbids it."
        />
        <TextField
          form={form}
          field="cpuWeight"
          label="CPU weight"
          placeholder="100"
          hint="Its share when cores are scarce, 1 to 10000."
        />
      </Grid>
      <TextField
        form={form}
        field="rlimits"
        label="Process limits"
        lines={2}
        placeholder="nofile=1024:4096"
        hint="One NAME=SOFT:HARD a line, as ulimit sets them."
      />
    </div>
  );
}

function Security({ form, images }: SectionProps) {
  const image = images.find(({ reference }) => sameImage(reference, form.draft.image));
  return (
    <div className="space-y-4">
      <Grid>
        <TextField
          form={form}
          field="user"
          label="User"
          placeholder={told(image?.config.user, 'root')}
          hint="USER or USER:GROUP, as the image knows them."
        />
        <ChoiceField
          form={form}
          field="userNamespace"
          label="User ids"
          options={[
            { value: 'auto', label: 'Its own 65536 ids' },
            { value: 'host', label: "The host's" },
          ]}
        />
        <ChoiceField
          form={form}
          field="network"
          label="Network"
          options={[
            { value: 'none', label: 'Its own, with a loopback only' },
            { value: 'host', label: "The host's" },
          ]}
        />
        <ChoiceField
          form={form}
          field="seccomp"
          label="System call filter"
          options={[
            { value: 'default', label: 'Default profile' },
            { value: 'unconfined', label: 'None' },
          ]}
        />
        <div>
          <TextField
            form={form}
            field="capAdd"
            label="Capabilities to add"
            placeholder="none"
            hint="As in NET_ADMIN SYS_PTRACE."
          />
          <GivesAway form={form} field="capAdd" />
        </div>
        <TextField
          form={form}
          field="capDrop"
          label="Capabilities to drop"
          placeholder="none"
          hint="Of the default set."
        />
      </Grid>
      <Grid>
        <SwitchField
          form={form}
          field="noNewPrivileges"
          label="No new privileges"
          hint="Set-user-id programs gain nothing."
        />
        <SwitchField
          form={form}
          field="readonlyRootfs"
          label="Read-only root"
          hint="It can write only where something else is mounted."
        />
      </Grid>
    </div>
  );
}

const Options = ({ form }: SectionProps) => (
  <div className="space-y-4">
    <Grid>
      <SwitchField form={form} field="start" label="Start it at once" />
      <SwitchField
        form={form}
        field="keepWritableLayer"
        label="Keep its writable layer"
        hint={
          form.draft.keepWritableLayer ? 'Stays until the container is deleted.' : 'Every file it writes dies with it.'
        }
      />
      <TextField
        form={form}
        field="stopSignal"
        label="Stop signal"
        placeholder="SIGTERM"
        hint="What PID 1 gets when it shall end."
      />
      <TextField
        form={form}
        field="stopTimeoutSec"
        label="Patience"
        placeholder="10"
        hint="Seconds from the stop signal to SIGKILL."
      />
    </Grid>
    <TextField
      form={form}
      field="labels"
      label="Labels"
      lines={2}
      placeholder="team=blue"
      hint="One name=value a line."
    />
  </div>
);

export const SECTION_FIELDS: Record<Section, (props: SectionProps) => ReactNode> = {
  program: Program,
  limits: LimitFields,
  security: Security,
  options: Options,
};

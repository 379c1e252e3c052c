'use client';
import type { ContainerSpec } from '@vitrine/protocol';
import { CodeBlock, Panel, Segmented } from '@vitrine/ui';
import { useState } from 'react';
import { curlCommand, restBody } from './rest-request.ts';
import { runCommand } from './run-command.ts';

type Form = 'cli' | 'curl' | 'body';

const FORMS: readonly { value: Form; label: string }[] = [
  { value: 'cli', label: 'vitrine' },
  { value: 'curl', label: 'curl' },
  { value: 'body', label: 'REST body' },
];

type EquivalentsProps = {
  /** What of the form is right, or undefined without an image. */
  spec: ContainerSpec | undefined;
  /** The form holds a mistake now. */
  behind: boolean;
  start: boolean;
  hostId: string;
  hostName: string;
};

/** The same container asked for otherwise, while it is typed. */
export function Equivalents({ spec, behind, start, hostId, hostName }: EquivalentsProps) {
  const [form, setForm] = useState<Form>('cli');
  return (
    <Panel
      title="The same, elsewhere"
      actions={<Segmented label="Form" value={form} options={FORMS} onChange={setForm} />}
    >
      {spec === undefined ? (
        <p className="text-muted">Choose an image, and the command appears here.</p>
      ) : (
        <>
          <CodeBlock text={textOf(form, { spec, start, hostId, hostName })} label="Equivalent request" />
          {behind ? <p className="mt-2 text-xs text-warn">Shown without what is not right yet.</p> : null}
          {form === 'curl' ? (
            <p className="mt-2 text-xs text-muted">
              <span className="kernel">VITRINE_TOKEN</span> is an API token; make one in Settings.
            </p>
          ) : null}
        </>
      )}
    </Panel>
  );
}

type Told = Pick<EquivalentsProps, 'start' | 'hostId' | 'hostName'> & { spec: ContainerSpec };

function textOf(form: Form, { spec, start, hostId, hostName }: Told): string {
  switch (form) {
    case 'cli':
      return runCommand(hostName, spec, start);
    case 'curl':
      return curlCommand(typeof window === 'undefined' ? '' : window.location.origin, hostId, spec, start);
    case 'body':
      return restBody(spec, start);
  }
}

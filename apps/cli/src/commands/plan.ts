import { readFile } from 'node:fs/promises';
import { ContainerSpec, DomainError } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import { CONTAINER_OPTIONS, specFrom } from '../container-options.ts';

const UNNAMED = 'planned';

async function readSpec(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new DomainError('invalid-input', {
      message: `${path} holds no container specification: ${cause instanceof Error ? cause.message : String(cause)}.`,
      mend: 'Give a file of JSON, as in { "image": "starter", "command": ["sleep", "60"] }.',
      cause,
    });
  }
}

function parseSpec(raw: unknown): ContainerSpec & { name: string } {
  const parsed = ContainerSpec.safeParse(raw);
  if (parsed.success) return { ...parsed.data, name: parsed.data.name ?? UNNAMED };
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new DomainError('invalid-input', {
    message: `${field === '' ? 'The specification' : field}: ${issue?.message ?? 'is not valid'}.`,
    mend: 'See "vitrine help plan" for what a specification holds.',
    field,
  });
}

export const plan = defineCommand({
  name: 'plan',
  summary: 'Print every system call that would make a container on this host, without making it. Needs root.',
  usage: '[options] IMAGE [COMMAND [ARGUMENT…]]  or  --spec FILE',
  arity: [0, Number.POSITIVE_INFINITY],
  stopAtFirstArgument: true,
  options: {
    spec: { type: 'string', value: 'FILE', help: 'a container specification as JSON, as the REST interface takes it' },
    ...CONTAINER_OPTIONS,
    'state-dir': { type: 'string', value: 'PATH', help: "this host's images (/var/lib/vitrine)" },
    'cgroup-parent': { type: 'string', value: 'NAME', help: "the agent's parent of cgroups (vitrine)" },
    json: { ...JSON_OPTION, help: 'print { ociConfig, steps } as JSON instead of text' },
  },
  run: async ({ context, values, positionals: [image, ...command] }) => {
    if ((image === undefined) === (values.spec === undefined)) {
      throw new DomainError('invalid-input', {
        message: 'Say what to plan: an image, or a file with --spec.',
        mend: 'As in "vitrine plan --memory 64m starter sleep 60". See "vitrine help plan".',
      });
    }
    const written: unknown =
      values.spec === undefined
        ? specFrom(image ?? '', command, values, context.environment)
        : await readSpec(values.spec);
    const spec = parseSpec(written);
    const { text, ...data } = await context.planLaunch({
      stateDir: values['state-dir'] ?? '/var/lib/vitrine',
      cgroupParent: values['cgroup-parent'] ?? 'vitrine',
      spec,
    });
    context.print(values.json === true ? JSON.stringify(data) : text);
    return 0;
  },
});

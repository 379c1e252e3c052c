import { defineContainerVerb } from '../container-verb.ts';

export const rm = defineContainerVerb({
  name: 'rm',
  summary: 'Forget containers that have ended, with their logs and autopsies.',
  options: { force: { type: 'boolean', short: 'f', help: 'kill those that still run first' } },
  act: (hub, at, { force = false }) => hub.deleteContainer(at, force),
});

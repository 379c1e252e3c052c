import { defineContainerVerb } from '../container-verb.ts';

export const start = defineContainerVerb({
  name: 'start',
  summary: 'Start containers that were made with "create".',
  options: {},
  act: (hub, at) => hub.startContainer(at),
});

import { defineContainerVerb } from '../container-verb.ts';
import { parseNumber } from '../sizes.ts';

export const stop = defineContainerVerb({
  name: 'stop',
  summary: 'Ask containers to end: their stop signal, and SIGKILL when the time is over.',
  options: { timeout: { type: 'string', short: 't', value: 'SECONDS', help: 'how long to wait before SIGKILL' } },
  act: (hub, at, { timeout }) =>
    hub.stopContainer(at, timeout === undefined ? undefined : parseNumber('timeout', timeout)),
});

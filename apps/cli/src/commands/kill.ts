import { defineContainerVerb } from '../container-verb.ts';

export const kill = defineContainerVerb({
  name: 'kill',
  summary: 'Send a signal to PID 1 of containers.',
  options: { signal: { type: 'string', short: 's', value: 'SIGNAL', help: 'which (SIGKILL)' } },
  act: (hub, at, { signal = 'SIGKILL' }) => {
    const name = signal.toUpperCase();
    return hub.killContainer(at, name.startsWith('SIG') ? name : `SIG${name}`);
  },
});

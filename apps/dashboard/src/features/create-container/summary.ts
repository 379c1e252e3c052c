import type { Draft, Section } from './draft.ts';
import { giveAways } from './give-away.ts';
import { parseLines } from './lines.ts';

export const SECTION_TITLE: Record<Section, string> = {
  program: 'Image and command',
  limits: 'Limits',
  security: 'Identity and security',
  options: 'Options and labels',
};

const joined = (parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(' · ');
const counted = (count: number, one: string, more = `${one}s`): string | false =>
  count > 0 && `${count} ${count === 1 ? one : more}`;

/** A folded section in one line: what it would do, as typed. */
const SUMMARISE: Record<Section, (draft: Draft) => string> = {
  program: (draft) =>
    joined([
      draft.image.trim() === '' ? 'no image yet' : draft.image.trim(),
      draft.command.trim() === '' ? "the image's own command" : draft.command.trim(),
      draft.name.trim() !== '' && `named ${draft.name.trim()}`,
      counted(parseLines(draft.env).length, 'variable'),
    ]),
  limits: (draft) =>
    joined([
      draft.memory.trim() === '' ? 'memory unlimited' : `${draft.memory.trim()} memory`,
      draft.cpuCores.trim() === '' ? 'CPU unlimited' : `${draft.cpuCores.trim()} CPU`,
      draft.pids.trim() === '' ? 'PIDs unlimited' : `${draft.pids.trim()} PIDs`,
      draft.swap.trim() === '0' ? 'no swap' : draft.swap.trim() !== '' && `${draft.swap.trim()} swap`,
      counted(parseLines(draft.rlimits).length, 'rlimit'),
    ]),
  security: (draft) =>
    joined([
      draft.user.trim() === '' ? "the image's user" : `user ${draft.user.trim()}`,
      draft.userNamespace === 'auto' ? 'user ids of its own' : "the host's user ids",
      draft.network === 'none' ? 'loopback only' : "the host's network",
      draft.seccomp === 'default' ? 'seccomp filter' : 'seccomp off',
      counted(Object.keys(giveAways(draft)).length, 'choice gives something away', 'choices give something away'),
    ]),
  options: (draft) =>
    joined([
      draft.start ? 'starts at once' : 'created, not started',
      draft.keepWritableLayer ? 'writable layer kept' : 'writable layer dies with it',
      `${draft.stopSignal.trim() || 'SIGTERM'}, then SIGKILL after ${draft.stopTimeoutSec.trim() || '10'} s`,
      counted(parseLines(draft.labels).length, 'label'),
    ]),
};

export const summarise = (section: Section, draft: Draft): string => SUMMARISE[section](draft);

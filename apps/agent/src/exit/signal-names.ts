import { constants } from 'node:os';
import { DomainError } from '@vitrine/protocol';

/** Two names for one number: the one that people know. */
const ALIASES = new Set(['SIGIOT', 'SIGPOLL', 'SIGUNUSED']);
const SIGRTMIN = 34;
const SIGRTMAX = 64;

const NUMBERS = new Map<string, number>(Object.entries(constants.signals));
const NAMES = new Map(
  Object.entries(constants.signals)
    .filter(([name]) => !ALIASES.has(name))
    .map(([name, number]) => [number, name]),
);

/** `9` as `SIGKILL`, `36` as `SIGRTMIN+2`. */
export function signalName(number: number): string {
  const name = NAMES.get(number);
  if (name !== undefined) return name;
  return number >= SIGRTMIN && number <= SIGRTMAX ? `SIGRTMIN+${number - SIGRTMIN}` : `signal ${number}`;
}

/** Takes `SIGTERM`, `term`, `15` and `SIGRTMIN+2`; says what is wrong with anything else. */
export function signalNumber(text: string): number {
  const upper = text.trim().toUpperCase();
  const known = NUMBERS.get(upper) ?? NUMBERS.get(`SIG${upper}`);
  if (known !== undefined) return known;
  const realTime = /^(?:SIG)?RTMIN\+(\d{1,2})$/.exec(upper)?.[1];
  const number = realTime === undefined ? Number(/^\d{1,2}$/.exec(upper)?.[0] ?? '0') : SIGRTMIN + Number(realTime);
  if (number >= 1 && number <= SIGRTMAX) return number;
  throw new DomainError('invalid-input', {
    message: `signal: "${text}" is not a signal.`,
    mend: 'Name one as in "SIGTERM", or by its number from 1 to 64.',
    field: 'signal',
  });
}

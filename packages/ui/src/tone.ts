/** What a state means to whoever looks: never shown by colour alone. */
export type Tone = 'run' | 'warn' | 'make' | 'remove' | 'bad' | 'idle' | 'unknown';

export const TONE_TEXT: Record<Tone, string> = {
  run: 'text-run',
  warn: 'text-warn',
  make: 'text-make',
  remove: 'text-remove',
  bad: 'text-bad',
  idle: 'text-idle',
  unknown: 'text-faint',
};

import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options it serves from the places that the manual names', () => {
  expect(readOptions([])).toMatchObject({
    command: 'run',
    stateDir: '/var/lib/vitrine',
    runDir: '/run/vitrine',
    cgroupParent: 'vitrine',
  });
});

test('join takes a hub and a token, by either spelling', () => {
  const options = { command: 'join', hubUrl: 'http://hub:7080', joinToken: 'vjt_x' };

  expect(readOptions(['join', '--hub-url', 'http://hub:7080', '--token', 'vjt_x'])).toMatchObject(options);
  expect(readOptions(['join', '--hub', 'http://hub:7080', '--join-token', 'vjt_x'])).toMatchObject(options);
});

test.for([
  { what: 'an unknown option', argv: ['--speed', '9'] },
  { what: 'an unknown command', argv: ['jump'] },
  { what: 'two commands', argv: ['run', 'join'] },
  { what: 'join without a token', argv: ['join', '--hub-url', 'http://hub'] },
  { what: 'a hub that is no URL', argv: ['--hub-url', 'hub'] },
])('$what is refused with a way to find out more', ({ argv }) => {
  expect(() => readOptions(argv)).toThrow(
    expect.objectContaining({ code: 'invalid-input', mend: 'Ask for "--help".' }),
  );
});

test('help is asked for, not run', () => {
  expect(readOptions(['--help'])).toBe('help');
});

import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

test('without a command the hub serves on this machine alone', () => {
  expect(parseArguments([])).toMatchObject({
    command: 'serve',
    host: '127.0.0.1',
    port: 7080,
    dashboardDir: undefined,
  });
});

test('--no-dashboard wins over --dashboard-dir', () => {
  expect(parseArguments(['--dashboard-dir', 'x', '--no-dashboard']).dashboardDir).toBeUndefined();
  expect(parseArguments(['--dashboard-dir', 'x']).dashboardDir).toBe('x');
});

test.each([
  [['servee'], 'there is no command "servee"'],
  [['serve', 'twice'], 'there is no command'],
  [['--port', 'many'], '--port must be a number from 0 to 65535, not "many"'],
  [['--port', '70000'], '--port must be'],
  [['--public-url', 'vitrine'], '--public-url must be an http or https URL, not "vitrine"'],
  [['--colour'], "Unknown option '--colour'"],
])('%j is refused in words', (argv, words) => {
  expect(() => parseArguments(argv)).toThrow(words);
});

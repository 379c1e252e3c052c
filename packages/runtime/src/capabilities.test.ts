import { expect, test } from 'vitest';
import { chooseCapabilities } from './capabilities.ts';

test('root inside has fourteen of the 41 capabilities unless somebody asks for more', () => {
  expect(chooseCapabilities({ add: [], drop: [] })).toHaveLength(14);
  expect(chooseCapabilities({ add: ['CAP_NET_ADMIN'], drop: ['CAP_ALL'] })).toEqual(['CAP_NET_ADMIN']);
  expect(chooseCapabilities({ add: ['CAP_ALL'], drop: [] })).toHaveLength(41);
});

test('a capability that Linux does not have is refused by name of the field', () => {
  expect(() => chooseCapabilities({ add: [], drop: ['CAP_FLY'] })).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'capabilities.drop' }),
  );
});

import { expect, test } from 'vitest';
import { chooseCapabilities } from './capabilities.ts';

const guarded = { deviceNodes: true };

test('root inside has fourteen of the 41 capabilities unless somebody asks for more', () => {
  expect(chooseCapabilities({ add: [], drop: [] }, guarded)).toHaveLength(14);
  expect(chooseCapabilities({ add: ['CAP_NET_ADMIN'], drop: ['CAP_ALL'] }, guarded)).toEqual(['CAP_NET_ADMIN']);
  expect(chooseCapabilities({ add: ['CAP_ALL'], drop: [] }, guarded)).toHaveLength(41);
});

test('a capability that Linux does not have is refused by name of the field', () => {
  expect(() => chooseCapabilities({ add: [], drop: ['CAP_FLY'] }, guarded)).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'capabilities.drop' }),
  );
});

test('where nothing else guards the disks of the host, device nodes are made only by those who ask for it', () => {
  const unguarded = { deviceNodes: false };
  expect(chooseCapabilities({ add: [], drop: [] }, unguarded)).not.toContain('CAP_MKNOD');
  expect(chooseCapabilities({ add: ['CAP_MKNOD'], drop: [] }, unguarded)).toContain('CAP_MKNOD');
});

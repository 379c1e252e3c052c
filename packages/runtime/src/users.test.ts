import { FileRefusedError } from '@vitrine/kernel';
import { expect, test } from 'vitest';
import { resolveUser, type ReadImageFile } from './users.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
web:x:33:34::/srv:/bin/sh
1000:x:0:0:digits as a name:/root:/bin/sh
broken line
wrap:x:4294967296:0::/:/bin/sh
`;
const GROUP = `root:x:0:
web:x:34:
logs:x:40:web,root
tape:x:26:web
`;
const image: ReadImageFile = (path) => Buffer.from(path === 'etc/passwd' ? PASSWD : GROUP);
const empty: ReadImageFile = () => null;

test('a name gives its ids, its home and the groups that list it', () => {
  expect(resolveUser(image, 'web')).toEqual({ uid: 33, gid: 34, additionalGids: [40, 26], home: '/srv' });
});

test('a named group replaces all others', () => {
  expect(resolveUser(image, 'web:logs')).toEqual({ uid: 33, gid: 40, additionalGids: [], home: '/srv' });
});

test('digits are a number even when the image has a user of that name', () => {
  expect(resolveUser(image, '1000')).toEqual({ uid: 1000, gid: 0, additionalGids: [], home: '/' });
});

test('an image without users still knows numbers, and root when none is asked for', () => {
  expect(resolveUser(empty, '7:8')).toEqual({ uid: 7, gid: 8, additionalGids: [], home: '/' });
  expect(resolveUser(empty, '')).toEqual({ uid: 0, gid: 0, additionalGids: [], home: '/root' });
});

test.each([
  ['nobody-here', 'The image has no user called "nobody-here".'],
  ['web:nogroup', 'The image has no group called "nogroup".'],
  ['wrap', 'The image has no user called "wrap".'],
  ['4294967296', '4294967296 is not a user or group id: the largest is 4294967294.'],
  ['99999999999:0', '99999999999 is not a user or group id: the largest is 4294967294.'],
  ['0:4294967295', '4294967295 is not a user or group id: the largest is 4294967294.'],
])('user %s is refused by name of the field', (user, message) => {
  expect(() => resolveUser(image, user)).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'user', message }),
  );
});

test('a passwd that is no file is refused, not waited for', () => {
  const fifo: ReadImageFile = () => {
    throw new FileRefusedError('etc/passwd is not a regular file.');
  };
  expect(() => resolveUser(fifo, 'web')).toThrow("The image's /etc/passwd is not a regular file.");
});

import { expect, test } from 'vitest';
import { mistakesIn } from './password-mistakes.ts';

const good = {
  currentPassword: 'printed-once',
  newPassword: 'a better one entirely',
  repeated: 'a better one entirely',
};

test('a good password is sent', () => {
  expect(mistakesIn(good)).toEqual({});
});

test('each mistake is named at its own field', () => {
  expect(mistakesIn({ currentPassword: '', newPassword: 'short', repeated: 'shorter' })).toEqual({
    currentPassword: 'Write your present password.',
    newPassword: 'The password must have at least 12 characters.',
    repeated: 'The two are not the same.',
  });
});

test('the one-time password cannot be kept', () => {
  expect(mistakesIn({ ...good, newPassword: 'printed-once', repeated: 'printed-once' })).toEqual({
    newPassword: 'This is the present password; choose another.',
  });
});

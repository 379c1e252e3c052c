import { ChangePassword } from '@vitrine/protocol';

export type PasswordValues = { currentPassword: string; newPassword: string; repeated: string };
export type PasswordMistakes = Partial<Record<keyof PasswordValues, string>>;

/** The mistakes that can be seen without asking the hub. */
export function mistakesIn(values: PasswordValues): PasswordMistakes {
  const parsed = ChangePassword.safeParse(values);
  const mistakes: PasswordMistakes = {};
  for (const issue of parsed.error?.issues ?? []) {
    const field = issue.path[0];
    if (field === 'currentPassword') mistakes.currentPassword = 'Write your present password.';
    if (field === 'newPassword') mistakes.newPassword ??= `The password ${issue.message}.`;
  }
  if (mistakes.newPassword === undefined && values.newPassword === values.currentPassword) {
    mistakes.newPassword = 'This is the present password; choose another.';
  }
  if (values.repeated !== values.newPassword) mistakes.repeated = 'The two are not the same.';
  return mistakes;
}

import { type ChangePassword, DomainError } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** Signs out every other session of that user. */
export const changePassword = changes<ChangePassword, { changed: true }>(
  { action: 'session.changePassword', needs: 'viewer', evenWithInitialPassword: true, subject: () => ({}) },
  async ({ accounts, caller }, input) => {
    if (caller.actor.kind === 'user' && caller.actor.via === 'api-token') {
      throw new DomainError('forbidden', {
        message: 'An API token cannot change a password.',
        mend: 'Sign in with the password and change it there.',
      });
    }
    await accounts.changePassword(input);
    return { changed: true };
  },
);

/**
 * The law of verbs: authorise, then do, then audit. A verb is made by `reads`, `changes` or `watches` and by nothing
 * else, so it cannot forget; `law.test.ts` fails a file under verbs/ that goes around them.
 */
import { DomainError, type HostId, type Role, roleCovers } from '@vitrine/protocol';
import type { Ask, Caller, SignedAsk } from './ask.ts';

export interface Law {
  kind: 'reads' | 'changes' | 'watches';
  needs: Role;
  action?: string;
  /** Allowed with the password that was handed out, which must be changed before anything else. */
  evenWithInitialPassword?: boolean;
}

export type Verb<I, O> = ((ask: Ask, input: I) => Promise<O>) & { law: Law };
export type WatchVerb<I, O> = ((ask: Ask, input: I, signal: AbortSignal) => AsyncGenerator<O>) & { law: Law };

/** What a change is about, for the audit row. */
export interface Subject {
  hostId?: HostId;
  target?: string;
  detail?: string;
}

export function authorise(caller: Caller | null, law: Law): Caller {
  if (caller === null) {
    throw new DomainError('unauthenticated', {
      message: 'Nobody is signed in.',
      mend: 'Sign in, or send "Authorization: Bearer TOKEN" with an API token.',
    });
  }
  if (caller.user.mustChangePassword && law.evenWithInitialPassword !== true) {
    throw new DomainError('forbidden', {
      message: 'The password that was handed out must be changed first.',
      mend: 'Change the password, then ask again.',
    });
  }
  if (!roleCovers(caller.role, law.needs)) {
    throw new DomainError('forbidden', {
      message: `This needs the role "${law.needs}"; ${caller.user.name} has "${caller.role}".`,
      mend: `Ask an admin for the role "${law.needs}", or use a token that has it.`,
    });
  }
  return caller;
}

async function sign(ask: Ask, law: Law): Promise<SignedAsk> {
  return { hub: ask.hub, accounts: ask.accounts, caller: authorise(await ask.accounts.authenticate(), law) };
}

export function reads<I, O>(
  options: Omit<Law, 'kind' | 'action'>,
  look: (ask: SignedAsk, input: I) => O | Promise<O>,
): Verb<I, O> {
  const law: Law = { kind: 'reads', ...options };
  return Object.assign(async (ask: Ask, input: I) => look(await sign(ask, law), input), { law });
}

export function watches<I, O>(
  options: Omit<Law, 'kind' | 'action'>,
  look: (ask: SignedAsk, input: I, signal: AbortSignal) => AsyncIterable<O>,
): WatchVerb<I, O> {
  const law: Law = { kind: 'watches', ...options };
  async function* watch(ask: Ask, input: I, signal: AbortSignal): AsyncGenerator<O> {
    yield* look(await sign(ask, law), input, signal);
  }
  return Object.assign(watch, { law });
}

/** `subject` sees the output when the change was made, to name what it made. */
export function changes<I, O>(
  options: Omit<Law, 'kind'> & { action: string; subject: (input: I, output: O | undefined) => Subject },
  make: (ask: SignedAsk, input: I) => Promise<O>,
): Verb<I, O> {
  const { subject, ...rest } = options;
  const law: Law = { kind: 'changes', ...rest };
  const verb = async (ask: Ask, input: I): Promise<O> => {
    const caller = await ask.accounts.authenticate();
    const audit = async (outcome: 'done' | 'refused' | 'failed', about: Subject, detail: string | null) => {
      // Whoever is not signed in has no name to write down, and could fill the table.
      if (caller === null) return;
      const { hostId = null, target = null } = about;
      await ask.hub.stores.audit.append({
        atMs: ask.hub.now(),
        actor: caller.actor,
        action: options.action,
        hostId,
        target,
        outcome,
        detail,
      });
    };
    let output: O;
    try {
      output = await make({ ...ask, caller: authorise(caller, law) }, input);
    } catch (error) {
      const refused = error instanceof DomainError && (error.code === 'forbidden' || error.code === 'unauthenticated');
      await audit(refused ? 'refused' : 'failed', subject(input, undefined), messageOf(error));
      throw error;
    }
    const about = subject(input, output);
    await audit('done', about, about.detail ?? null);
    return output;
  };
  return Object.assign(verb, { law });
}

/** A defect's own message stays in the hub's log. */
const messageOf = (error: unknown): string =>
  error instanceof DomainError ? error.message : 'Something unexpected happened in the hub.';

import type { Stores } from '@vitrine/db/stores';
import type { Actor, ChangePassword, CreateApiToken, NewApiToken, Role, SessionUser } from '@vitrine/protocol';
import type { EventFeed } from './events/event-feed.ts';
import type { Fleet } from './fleet/fleet.ts';

/** Who asks. `role` may be less than the user's own: an API token can be limited. */
export interface Caller {
  user: SessionUser;
  role: Role;
  actor: Actor;
}

/** Sign-in and passwords belong to the authentication library; verbs reach them through this. Bound to one request. */
export interface Accounts {
  /** null when nobody is signed in. */
  authenticate(): Promise<Caller | null>;
  /** DomainError 'invalid-input' on `currentPassword` when it is wrong. */
  changePassword(input: ChangePassword): Promise<void>;
  createToken(caller: Caller, input: CreateApiToken): Promise<NewApiToken>;
}

/** The parts of the hub that verbs work on; made once, in main. */
export interface Hub {
  stores: Stores;
  fleet: Fleet;
  eventFeed: EventFeed;
  /** As browsers and agents reach this hub, without a slash at the end. */
  publicUrl: string;
  now: () => number;
}

export interface Ask {
  hub: Hub;
  accounts: Accounts;
}

export interface SignedAsk extends Ask {
  caller: Caller;
}

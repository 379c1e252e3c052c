import {
  DomainError,
  shortId,
  whyNot,
  type ContainerAction,
  type ContainerId,
  type ContainersUpdate,
} from '@vitrine/protocol';
import { Mailbox, Topic } from '../streams/mailbox.ts';
import type { LiveContainer } from './live-container.ts';

type Change = Exclude<ContainersUpdate, { type: 'snapshot' }>;

/** All containers of this host by id, their names, and who wants to know of changes. */
export class ContainerTable {
  readonly #byId = new Map<string, LiveContainer>();
  readonly #names = new Map<string, string>();
  readonly changes = new Topic<Change>();

  all(): LiveContainer[] {
    return [...this.#byId.values()];
  }

  running(): LiveContainer[] {
    return this.all().filter(({ record }) => record.status === 'running');
  }

  find(id: string): LiveContainer | undefined {
    return this.#byId.get(id);
  }

  get(id: ContainerId): LiveContainer {
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    throw new DomainError('not-found', {
      message: `No container ${shortId(id)} on this host.`,
      mend: 'List the containers; it may have been deleted.',
      field: 'id',
    });
  }

  /** The name is taken from this moment on, before anything else is known of the container. */
  reserveName(name: string, id: string): void {
    const holder = this.#names.get(name);
    if (holder !== undefined) {
      throw new DomainError('conflict', {
        message: `The name "${name}" is taken by container ${shortId(holder)}.`,
        mend: 'Choose another name, or delete that container first.',
        field: 'name',
      });
    }
    this.#names.set(name, id);
  }

  /** Undefined also while the container that reserved the name is being made. */
  findByName(name: string): LiveContainer | undefined {
    return this.#byId.get(this.#names.get(name) ?? '');
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  releaseName(name: string, id: string): void {
    if (this.#names.get(name) === id) this.#names.delete(name);
  }

  /** Shown from now on. */
  add(container: LiveContainer): void {
    this.#byId.set(container.id, container);
    this.#names.set(container.record.name, container.id);
    this.changed(container);
  }

  remove(container: LiveContainer): void {
    this.#byId.delete(container.id);
    this.releaseName(container.record.name, container.id);
    this.changes.publish({ type: 'removed', id: container.id });
  }

  changed(container: LiveContainer): void {
    if (this.#byId.has(container.id)) this.changes.publish({ type: 'changed', container: container.summary() });
  }

  async *watch(signal: AbortSignal): AsyncGenerator<ContainersUpdate, void, undefined> {
    const mailbox = new Mailbox<string, Change>();
    using _ = this.changes.listen((change) => {
      mailbox.put(change.type === 'removed' ? change.id : change.container.id, change);
    });
    yield { type: 'snapshot', containers: this.all().map((container) => container.summary()) };
    yield* mailbox.take(signal);
  }
}

/** Refuses an action that makes no sense in the container's state, in the words that the screen uses. */
export function mustBeAbleTo(action: ContainerAction, { record }: LiveContainer): void {
  const reason = whyNot(action, record.status);
  if (reason === undefined) return;
  throw new DomainError('precondition-failed', {
    message: reason,
    mend:
      action === 'delete' ? 'Stop it first, or delete it with force.' : 'Look at its state first: it may have ended.',
  });
}

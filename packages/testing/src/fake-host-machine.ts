/**
 * A simulated host: containers that use CPU and memory, die and are explained, and a journal of what happened. Time
 * passes only when `tick` is called. Names and images that begin with a sentinel fail on purpose, as listed below.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import {
  type Actor,
  can,
  ContainerId,
  type ContainersUpdate,
  ContainerSpec,
  type ContainerSpecInput,
  type CreateContainer,
  DomainError,
  type Exit,
  type HostEvent,
  type HostInfo,
  type HostSample,
  mebibytes,
  shortId,
  whyNot,
} from '@vitrine/protocol';
import { CALM, FakeContainer, newDetail, type Temper } from './fake-host-container.ts';

export const FAKE_IMAGES = ['starter:latest', 'web:1.27', 'greedy:latest'];

/** Commands and names with which a creation goes wrong, each in its own way. */
export const SENTINEL = {
  /** Launch fails: ENOENT. */
  noSuchProgram: '/no/such/program',
  /** The host never answers. */
  hangs: 'hangs',
  fullDisk: 'full-disk',
} as const;

type WithoutBase<T> = T extends unknown ? Omit<T, 'seq' | 'atMs'> : never;
type NewEvent = WithoutBase<HostEvent>;

export class FakeMachine {
  readonly info: HostInfo;
  readonly containers = new Map<ContainerId, FakeContainer>();
  readonly journal: HostEvent[] = [];
  readonly bus = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  /** The oldest event that the journal still has; raise it to make a gap. */
  firstSeq = 1;
  readonly now: () => number;
  #lastPid = 4_000;
  #lastUid = 1_000_000;
  #cpuBusyUsec = 0;
  readonly #answered = new Map<string, { request: string; answer: Promise<FakeContainer> }>();

  constructor(hostname: string, now: () => number) {
    this.now = now;
    this.info = {
      hostname,
      kernel: '6.18.0-fake',
      architecture: 'x86_64',
      os: 'Debian GNU/Linux 12 (bookworm)',
      cpuCount: 4,
      memoryBytes: mebibytes(8192),
      cgroupVersion: 'v2',
      bootedAtMs: now() - 3 * 24 * 3600 * 1000,
      agentVersion: '0.1.0',
      agentStartedAtMs: now(),
      agentPid: 233,
      features: [
        { name: 'idmapped mounts', available: true, usedFor: 'sharing layers between id ranges', detail: 'ext4' },
        { name: 'signal tracepoint', available: true, usedFor: 'naming who killed a container', detail: 'tracefs' },
        { name: 'proc connector', available: false, usedFor: 'process events', detail: 'polling /proc instead' },
      ],
    };
    this.record({ type: 'agent.started', actor: { kind: 'agent' }, version: '0.1.0', recovered: 0 });
  }

  /** One second passes on this host. */
  tick(atMs: number = this.now()): void {
    for (const container of this.containers.values()) container.step(atMs);
    const cores = [...this.containers.values()].reduce((sum, one) => sum + (one.usage().cpuCores ?? 0), 0.05);
    this.#cpuBusyUsec += Math.round(cores * 1e6);
    this.bus.emit('tick', atMs);
  }

  sample(): HostSample {
    const all = [...this.containers.values()];
    const count = (status: string): number => all.filter((one) => one.detail.status === status).length;
    const used = all.reduce((sum, one) => sum + (one.usage().memoryBytes ?? 0), mebibytes(600));
    return {
      atMs: this.now(),
      cpuBusyUsec: this.#cpuBusyUsec,
      cpuCount: this.info.cpuCount,
      memoryTotalBytes: this.info.memoryBytes,
      memoryAvailableBytes: this.info.memoryBytes - used,
      load1: 0.4,
      cpuPressure: { some10Pct: 0.6, someTotalUsec: this.#cpuBusyUsec },
      memoryPressure: { some10Pct: 0, someTotalUsec: 0 },
      ioPressure: { some10Pct: 0.1, someTotalUsec: 1000 },
      processes: 70 + all.reduce((sum, one) => sum + (one.running ? one.temper.children.length + 2 : 0), 0),
      containers: { running: count('running'), created: count('created'), stopped: count('stopped') },
      agent: { cpuUsec: Math.round(this.#cpuBusyUsec * 0.01), rssBytes: mebibytes(78) },
      lastEventSeq: this.journal.at(-1)?.seq ?? 0,
    };
  }

  /** Puts an event into the journal with the next number, or with one that leaves a hole. */
  record(event: NewEvent, skip = 0): HostEvent {
    const seq = (this.journal.at(-1)?.seq ?? 0) + 1 + skip;
    const whole = { ...event, seq, atMs: this.now() } as HostEvent;
    this.journal.push(whole);
    this.bus.emit('event', whole);
    return whole;
  }

  find(id: ContainerId): FakeContainer {
    const container = this.containers.get(id);
    if (container !== undefined) return container;
    throw new DomainError('not-found', {
      message: `There is no container ${shortId(id)} on ${this.info.hostname}.`,
      mend: 'List the containers and take an id from there.',
      field: 'containerId',
    });
  }

  /** For tests and demonstrations: as if an operator had asked. */
  run(spec: ContainerSpecInput, temper: Temper = CALM): Promise<FakeContainer> {
    return this.create({ spec: ContainerSpec.parse(spec), start: true, actor: { kind: 'local', uid: 0 } }, temper);
  }

  create(request: CreateContainer, temper: Temper = CALM): Promise<FakeContainer> {
    const { idempotencyKey, actor: _actor, ...rest } = request;
    if (idempotencyKey === undefined) return this.#make(request, temper);
    const asked = JSON.stringify(rest);
    const before = this.#answered.get(idempotencyKey);
    if (before === undefined) {
      const answer = this.#make(request, temper);
      this.#answered.set(idempotencyKey, { request: asked, answer });
      return answer;
    }
    if (before.request === asked) return before.answer;
    throw new DomainError('conflict', {
      message: 'This idempotency key was used for another request.',
      mend: 'Use a new key for a new request.',
      field: 'idempotencyKey',
    });
  }

  async #make({ spec, start, actor }: CreateContainer, temper: Temper): Promise<FakeContainer> {
    const id = ContainerId.parse(randomBytes(32).toString('hex'));
    const name = spec.name ?? `quiet-${id.slice(0, 6)}`;
    this.#refuse(spec, name);
    if (name === SENTINEL.hangs) await new Promise<never>(() => undefined);
    const command = spec.command ?? ['/bin/sh', '-c', 'sleep infinity'];
    this.#lastUid += 65_536;
    const made = { command, by: actor, atMs: this.now(), uidRangeStart: this.#lastUid };
    const container = new FakeContainer(newDetail(id, name, spec, made), temper);
    this.containers.set(id, container);
    this.record({ type: 'container.created', actor, containerId: id, containerName: name, image: spec.image });
    this.changed(container);
    if (start) this.start(container, actor);
    return container;
  }

  #refuse(spec: ContainerSpec, name: string): void {
    const { image, limits, command } = spec;
    const no = (code: DomainError['code'], message: string, mend: string, field: string): never => {
      throw new DomainError(code, { message, mend, field });
    };
    const full = image.includes(':') ? image : `${image}:latest`;
    if (!FAKE_IMAGES.includes(full)) {
      no('not-found', `The host has no image ${image}.`, `It has ${FAKE_IMAGES.join(', ')}.`, 'image');
    }
    if ([...this.containers.values()].some((one) => one.detail.name === name)) {
      no('conflict', `A container is called ${name} already.`, 'Choose another name.', 'name');
    }
    if ((limits.memoryBytes ?? 0) > this.info.memoryBytes) {
      no('invalid-input', 'The host has 8 GiB of memory.', 'Ask for less.', 'limits.memoryBytes');
    }
    if (name === SENTINEL.fullDisk) no('out-of-space', 'The disk is full.', 'Make room on the host.', 'name');
    if (command?.[0] === SENTINEL.noSuchProgram) {
      no('launch-failed', `execve("${command[0]}"): ENOENT`, 'Name a program that the image has.', 'command');
    }
  }

  start(container: FakeContainer, actor: Actor): void {
    this.#mustBeAble('start', container);
    this.#lastPid += 40 + container.temper.children.length;
    const pid = this.#lastPid;
    const atMs = this.now();
    container.detail = { ...container.detail, status: 'running', pid, shimPid: pid - 1, startedAtMs: atMs };
    container.write(atMs, `started with pid ${pid}`);
    const { id: containerId, detail } = container;
    const about = { containerId, containerName: detail.name };
    this.record({ type: 'container.started', actor, ...about, pid, launchNs: 2_100_000 });
    this.changed(container);
  }

  /** A stop or kill that somebody asked for. The end follows at once. */
  end(container: FakeContainer, request: 'stop' | 'kill', signal: string, by: Actor): void {
    this.#mustBeAble(request, container);
    const about = { containerId: container.id, containerName: container.detail.name, actor: by };
    if (request === 'stop') {
      const timeoutSec = container.detail.spec.stopTimeoutSec;
      this.record({ type: 'container.stop-requested', ...about, signal, timeoutSec });
    } else this.record({ type: 'container.kill-requested', ...about, signal });
    this.die(container, { kind: 'stopped', by, request, signal, code: null, escalated: false });
  }

  /** It ends, for whatever reason. */
  die(container: FakeContainer, exit: Exit): void {
    container.end(exit, this.now(), this.info.hostname);
    const about = { containerId: container.id, containerName: container.detail.name };
    this.record({ type: 'container.exited', actor: { kind: 'container' }, ...about, exit });
    this.changed(container);
  }

  delete(container: FakeContainer, force: boolean, actor: Actor): void {
    if (force && container.running) this.end(container, 'kill', 'SIGKILL', actor);
    this.#mustBeAble('delete', container);
    this.containers.delete(container.id);
    const about = { containerId: container.id, containerName: container.detail.name };
    this.record({ type: 'container.deleted', actor, ...about });
    this.bus.emit('container', { type: 'removed', id: container.id } satisfies ContainersUpdate);
  }

  changed(container: FakeContainer): void {
    this.bus.emit('container', { type: 'changed', container: container.detail } satisfies ContainersUpdate);
  }

  /** What is emitted under `name` from this call on; ends with the signal. */
  follow<T>(name: 'tick' | 'event' | 'container', signal: AbortSignal): AsyncGenerator<T> {
    return drain<T>(on(this.bus, name, { signal }), signal);
  }

  #mustBeAble(action: 'start' | 'stop' | 'kill' | 'delete', container: FakeContainer): void {
    const { status } = container.detail;
    if (can(action, status)) return;
    throw new DomainError('conflict', {
      message: whyNot(action, status) ?? '',
      mend: 'Look at its state and choose what it allows.',
    });
  }
}

async function* drain<T>(live: AsyncIterable<unknown[]>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    for await (const [item] of live) yield item as T;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

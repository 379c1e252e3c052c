/**
 * A network for lab guests: a network namespace with a bridge, and one tap device a guest.
 *
 * Addresses live in that namespace only, so nothing of this machine's own network is touched. A guest reaches a port
 * that listens on this machine's loopback through `forward`: a small relay listens in the namespace on the bridge's
 * address and hands each connection over a unix socket (which knows no network namespace) to this process, which dials
 * the port. The guest thus dials `http://10.77.N.1:PORT`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCutter } from './lab-line.ts';

const RELAY = fileURLToPath(new URL('relay.ts', import.meta.url));
const BRIDGE = 'labbr';

/** Where one guest is plugged in. */
export interface LabPort {
  readonly tap: string;
  readonly address: string;
  readonly gateway: string;
  readonly netnsPath: string;
  close(): void;
}

export interface LabNetwork extends AsyncDisposable {
  /** Of the bridge, as guests see it. */
  readonly gateway: string;
  readonly netnsPath: string;
  plug(guest: string): LabPort;
  /** Lets guests reach a port on this machine's loopback. Answers "ADDRESS:PORT" to dial in the guest. */
  forward(port: number): Promise<string>;
  /** Pulls a guest's cable: packets are lost, nobody is told. */
  cut(guest: string): void;
  mend(guest: string): void;
}

interface Forward {
  server: Server;
  relay: ChildProcess;
}

function pipe(a: Socket, b: Socket): void {
  a.pipe(b).pipe(a);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

class NamespaceNetwork implements LabNetwork {
  readonly gateway: string;
  readonly netnsPath: string;
  readonly #netns: string;
  readonly #subnet: string;
  readonly #directory: string;
  readonly #taps = new Map<string, string>();
  readonly #forwards: Forward[] = [];
  #nextHost = 2;

  constructor(name: string, subnet: string) {
    this.#netns = `vitrine-lab-${name}-${process.pid}`;
    this.netnsPath = `/run/netns/${this.#netns}`;
    this.#subnet = subnet;
    this.gateway = `${subnet}.1`;
    this.#directory = mkdtempSync(join(tmpdir(), 'vitrine-lab-net-'));
    execFileSync('ip', ['netns', 'add', this.#netns]);
    this.#inside('ip', 'link', 'set', 'lo', 'up');
    this.#inside('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
    this.#inside('ip', 'address', 'add', `${this.gateway}/24`, 'dev', BRIDGE);
    this.#inside('ip', 'link', 'set', BRIDGE, 'up');
  }

  /** nsenter and not `ip netns exec`, which would mount another /sys. */
  #inside(...command: string[]): void {
    execFileSync('nsenter', [`--net=${this.netnsPath}`, ...command]);
  }

  plug(guest: string): LabPort {
    const host = this.#nextHost;
    this.#nextHost += 1;
    const tap = `tap${host}`;
    this.#taps.set(guest, tap);
    this.#inside('ip', 'tuntap', 'add', tap, 'mode', 'tap');
    this.#inside('ip', 'link', 'set', tap, 'master', BRIDGE, 'up');
    return {
      tap,
      address: `${this.#subnet}.${host}/24`,
      gateway: this.gateway,
      netnsPath: this.netnsPath,
      close: () => {
        this.#taps.delete(guest);
        this.#inside('ip', 'link', 'delete', tap);
      },
    };
  }

  async forward(port: number): Promise<string> {
    const socketPath = join(this.#directory, `${port}.sock`);
    const server = createServer((socket) => pipe(socket, connect({ host: '127.0.0.1', port })));
    server.listen(socketPath);
    await once(server, 'listening');
    const relay = spawn(
      'nsenter',
      [`--net=${this.netnsPath}`, 'setpriv', '--pdeathsig', 'KILL', process.execPath, RELAY, this.gateway, socketPath],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#forwards.push({ server, relay });
    return `${this.gateway}:${await firstLineOf(relay)}`;
  }

  cut(guest: string): void {
    this.#inside('ip', 'link', 'set', this.#tapOf(guest), 'nomaster');
  }

  mend(guest: string): void {
    this.#inside('ip', 'link', 'set', this.#tapOf(guest), 'master', BRIDGE);
  }

  #tapOf(guest: string): string {
    const tap = this.#taps.get(guest);
    if (tap === undefined) throw new Error(`no guest called ${guest} is plugged in`);
    return tap;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server, relay } of this.#forwards) {
      relay.kill('SIGKILL');
      if (relay.exitCode === null && relay.signalCode === null) await once(relay, 'exit');
      server.close();
    }
    execFileSync('ip', ['netns', 'delete', this.#netns]);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function firstLineOf(relay: ChildProcess): Promise<string> {
  const lines = new LineCutter();
  for await (const piece of relay.stdout ?? []) {
    const [line] = lines.cut(String(piece));
    if (line !== undefined) return line;
  }
  throw new Error('the relay ended before it listened');
}

/** `subnet` are the first three numbers of a /24 that only the guests and the namespace see. */
export const openLabNetwork = (name: string, { subnet = '10.77.0' }: { subnet?: string } = {}): LabNetwork =>
  new NamespaceNetwork(name, subnet);

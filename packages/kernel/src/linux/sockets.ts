/** Unix sockets that node:net cannot make: pairs, listening ones handed to another process, and peer credentials. */
import { chmodSync, rmSync } from 'node:fs';
import { Fd } from '../fd.ts';
import type { PeerCredentials, SocketType } from '../kernel.ts';
import { check, libc } from './libc.ts';

const AF_UNIX = 1;
const SOCK_CLOEXEC = 0o2000000;
const SOCK: Record<SocketType, number> = { stream: 1, seqpacket: 5 };
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SUN_PATH_BYTES = 108;

const libcSocket: (domain: number, type: number, protocol: number) => number = libc.func('socket', 'int', [
  'int',
  'int',
  'int',
]);
const libcSocketpair: (domain: number, type: number, protocol: number, pair: Int32Array) => number = libc.func(
  'socketpair',
  'int',
  ['int', 'int', 'int', 'void *'],
);
const libcBind: (fd: number, address: Buffer, length: number) => number = libc.func('bind', 'int', [
  'int',
  'void *',
  'uint',
]);
const libcListen: (fd: number, backlog: number) => number = libc.func('listen', 'int', ['int', 'int']);
const libcGetsockopt: (fd: number, level: number, name: number, value: Int32Array, length: Uint32Array) => number =
  libc.func('getsockopt', 'int', ['int', 'int', 'int', 'void *', 'void *']);

export function socketpair(type: SocketType = 'stream'): [Fd, Fd] {
  const pair = new Int32Array(2);
  check(
    'socketpair',
    [{ text: 'AF_UNIX' }, { text: `SOCK_${type.toUpperCase()}|SOCK_CLOEXEC` }, 0],
    libcSocketpair(AF_UNIX, SOCK[type] | SOCK_CLOEXEC, 0, pair),
  );
  return [Fd.adopt(pair[0] ?? -1), Fd.adopt(pair[1] ?? -1)];
}

export function listenUnix(path: string, options: { mode: number; backlog: number; type?: SocketType }): Fd {
  const type = options.type ?? 'stream';
  const socket = Fd.adopt(
    check(
      'socket',
      [{ text: 'AF_UNIX' }, { text: `SOCK_${type.toUpperCase()}` }, 0],
      libcSocket(AF_UNIX, SOCK[type] | SOCK_CLOEXEC, 0),
    ),
  );
  try {
    bindUnix(socket, path);
    // Nobody can connect before listen(2), so the mode is right before it matters.
    chmodSync(path, options.mode);
    check('listen', [socket.number, options.backlog], libcListen(socket.number, options.backlog));
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** A socket file that an earlier owner left behind is replaced. */
function bindUnix(socket: Fd, path: string): void {
  const name = Buffer.from(path);
  if (name.length >= SUN_PATH_BYTES) {
    throw new RangeError(`A unix socket's path holds at most ${SUN_PATH_BYTES - 1} bytes: ${path}`);
  }
  const address = Buffer.alloc(2 + name.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  rmSync(path, { force: true });
  check('bind', [socket.number, { text: `{AF_UNIX, "${path}"}` }], libcBind(socket.number, address, address.length));
}

export function peerCredentials(socketNumber: number): PeerCredentials {
  const value = new Int32Array(3);
  check(
    'getsockopt',
    [socketNumber, { text: 'SOL_SOCKET' }, { text: 'SO_PEERCRED' }],
    libcGetsockopt(socketNumber, SOL_SOCKET, SO_PEERCRED, value, new Uint32Array([value.byteLength])),
  );
  const [pid = 0, uid = 0, gid = 0] = value;
  return { pid, uid: uid >>> 0, gid: gid >>> 0 };
}

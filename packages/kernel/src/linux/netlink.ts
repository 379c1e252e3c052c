/** A route netlink socket in the caller's network namespace. */
import { Fd } from '../fd.ts';
import { parseNetlinkReplies, type NetlinkReply } from '../netlink-message.ts';
import { SyscallError } from '../syscall-error.ts';
import { check, libc } from './libc.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_ROUTE = 0;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
/** The kernel answers within the call; two seconds is "never". */
const TIMEOUT_SEC = 2n;
const RECEIVE_BYTES = 64 * 1024;

const libcSocket: (domain: number, type: number, protocol: number) => number = libc.func('socket', 'int', [
  'int',
  'int',
  'int',
]);
const libcSetsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number = libc.func(
  'setsockopt',
  'int',
  ['int', 'int', 'int', 'void *', 'uint'],
);
const libcSend: (fd: number, message: Uint8Array, length: number, flags: number) => number = libc.func('send', 'long', [
  'int',
  'void *',
  'size_t',
  'int',
]);
const libcRecv: (fd: number, buffer: Buffer, length: number, flags: number) => number = libc.func('recv', 'long', [
  'int',
  'void *',
  'size_t',
  'int',
]);

export class RouteSocket implements Disposable {
  readonly #socket: Fd;
  readonly #buffer = Buffer.alloc(RECEIVE_BYTES);

  constructor() {
    this.#socket = Fd.adopt(
      check(
        'socket',
        [{ text: 'AF_NETLINK' }, { text: 'SOCK_RAW|SOCK_CLOEXEC' }, { text: 'NETLINK_ROUTE' }],
        libcSocket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE),
      ),
    );
    const timeout = Buffer.alloc(16);
    timeout.writeBigInt64LE(TIMEOUT_SEC, 0);
    const answer = libcSetsockopt(this.#socket.number, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length);
    check('setsockopt', [this.#socket.number, { text: 'SOL_SOCKET' }, { text: 'SO_RCVTIMEO' }], answer);
  }

  /** Sends one message and reads until its acknowledgement or the end of its dump. */
  request(label: string, message: Uint8Array): NetlinkReply[] {
    const { number } = this.#socket;
    check('sendto', [number, { text: label }], libcSend(number, message, message.length, 0));
    const replies: NetlinkReply[] = [];
    for (;;) {
      const length = check('recvfrom', [number, { text: label }], libcRecv(number, this.#buffer, RECEIVE_BYTES, 0));
      for (const reply of parseNetlinkReplies(this.#buffer.subarray(0, length))) {
        if (reply.type === 'ack' && reply.errno !== 0) {
          throw new SyscallError('sendto', [number, { text: label }], reply.errno);
        }
        if (reply.type === 'ack' || reply.type === 'done') return replies;
        replies.push(reply);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** The control socket's messages, as packages/shim/c/control.h has them. */
import { epochMs, parseWaitStatus, type ExitRecord } from './exit-record.ts';

export const REQUEST = { START: 1, KILL: 2, STATE: 3, SUBSCRIBE: 4 } as const;
export type RequestType = (typeof REQUEST)[keyof typeof REQUEST];

export const MESSAGE = { REPLY: 1, CREATED: 2, LAUNCHED: 3, LAUNCH_FAILED: 4, EXITED: 5 } as const;
const MESSAGE_TYPES = ['reply', 'created', 'launched', 'launchFailed', 'exited'] as const;
const PHASES = ['launching', 'created', 'running', 'exited', 'failed'] as const;

/** `struct control_request`. */
export const CONTROL_REQUEST = { type: 0, argument: 4, id: 8, size_of: 16 } as const;

/** `struct control_message`. */
export const CONTROL_MESSAGE = {
  type: 0,
  phase: 4,
  id: 8,
  result: 16,
  pid: 20,
  shim_pid: 24,
  wait_status: 28,
  started_ns: 32,
  ended_ns: 40,
  log_dropped_bytes: 48,
  kill_requested: 56,
  failed_side: 60,
  failed_index: 64,
  record_lost: 68,
  size_of: 72,
} as const;

/** What a shim knows of its container. */
export type ShimState = {
  phase: (typeof PHASES)[number];
  /** PID 1 on the host; 0 while there is none. */
  pid: number;
  shimPid: number;
  startedAtMs: number | null;
  logDroppedBytes: number;
  /** The same as the record on disk, once phase is `exited`. */
  exit: ExitRecord | null;
};

export type ControlMessage = {
  type: (typeof MESSAGE_TYPES)[number];
  /** Of the request that is answered. */
  id: number;
  /** 0, or -errno of the request or of the failed step. */
  result: number;
  state: ShimState;
  failedSide: 'shim' | 'child' | null;
  failedIndex: number;
};

export function encodeRequest(type: RequestType, argument: number, id: number): Buffer {
  const bytes = Buffer.alloc(CONTROL_REQUEST.size_of);
  bytes.writeUInt32LE(type, CONTROL_REQUEST.type);
  bytes.writeInt32LE(argument, CONTROL_REQUEST.argument);
  bytes.writeBigUInt64LE(BigInt(id), CONTROL_REQUEST.id);
  return bytes;
}

function decodeState(bytes: Buffer): ShimState {
  const phase = PHASES[bytes.readUInt32LE(CONTROL_MESSAGE.phase)] ?? 'failed';
  const pid = bytes.readInt32LE(CONTROL_MESSAGE.pid);
  const startedNs = bytes.readBigUInt64LE(CONTROL_MESSAGE.started_ns);
  const startedAtMs = startedNs === 0n ? null : epochMs(startedNs);
  const logDroppedBytes = Number(bytes.readBigUInt64LE(CONTROL_MESSAGE.log_dropped_bytes));
  const killRequested = bytes.readInt32LE(CONTROL_MESSAGE.kill_requested);
  const exit: ExitRecord = {
    pid,
    ...parseWaitStatus(bytes.readInt32LE(CONTROL_MESSAGE.wait_status)),
    startedAtMs,
    endedAtMs: epochMs(bytes.readBigUInt64LE(CONTROL_MESSAGE.ended_ns)),
    killRequested: killRequested === 0 ? null : killRequested,
    logDroppedBytes,
  };
  const shimPid = bytes.readInt32LE(CONTROL_MESSAGE.shim_pid);
  return { phase, pid, shimPid, startedAtMs, logDroppedBytes, exit: phase === 'exited' ? exit : null };
}

/** Exactly one message. Throws RangeError when its type is not known: the other end is no shim of ours. */
export function decodeMessage(bytes: Buffer): ControlMessage {
  const type = MESSAGE_TYPES[bytes.readUInt32LE(CONTROL_MESSAGE.type) - 1];
  if (type === undefined) throw new RangeError('A shim sent a message of unknown type.');
  return {
    type,
    id: Number(bytes.readBigUInt64LE(CONTROL_MESSAGE.id)),
    result: bytes.readInt32LE(CONTROL_MESSAGE.result),
    state: decodeState(bytes),
    failedSide: ([null, 'shim', 'child'] as const)[bytes.readUInt32LE(CONTROL_MESSAGE.failed_side)] ?? null,
    failedIndex: bytes.readUInt32LE(CONTROL_MESSAGE.failed_index),
  };
}

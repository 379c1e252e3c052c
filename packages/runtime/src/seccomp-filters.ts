/** Compiled filters, kept in memory and on disk by the hash of their profile: compiling takes milliseconds, a launch few. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno, LAST_KNOWN_SYSCALL, type Kernel } from '@vitrine/kernel';
import type { OciSeccomp } from './oci.ts';

const INSTRUCTION_BYTES = 8;
/** Linux uapi: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JGT|BPF_K, BPF_RET|BPF_K, and the offset of seccomp_data.nr. */
const LOAD_WORD = 0x20;
const JUMP_IF_GREATER = 0x25;
const RETURN = 0x06;
const NR_OFFSET = 0;
const RET_ERRNO = 0x0005_0000;
const ENOSYS = 38;
/** Part of each hash: raise it when the bytes made of one profile change. */
const FORMAT = 1;

export class SeccompFilters {
  readonly #kernel: Kernel;
  readonly #directory: string;
  readonly #compiled = new Map<string, Uint8Array>();

  constructor(kernel: Kernel, stateDir: string) {
    this.#kernel = kernel;
    this.#directory = join(stateDir, 'seccomp');
  }

  filterFor(profile: OciSeccomp): Uint8Array {
    const key = createHash('sha256')
      .update(JSON.stringify([FORMAT, profile]))
      .digest('hex');
    const known = this.#compiled.get(key) ?? this.#readKept(key);
    const filter = known ?? compileFilter(this.#kernel, profile);
    if (known === undefined) this.#keep(key, filter);
    this.#compiled.set(key, filter);
    return filter;
  }

  #readKept(key: string): Uint8Array | undefined {
    try {
      const bytes = readFileSync(this.#path(key));
      return bytes.length > 0 && bytes.length % INSTRUCTION_BYTES === 0 ? bytes : undefined;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** A full disk costs only the time to compile again. */
  #keep(key: string, filter: Uint8Array): void {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const unfinished = join(this.#directory, `.new-${randomUUID()}`);
      writeFileSync(unfinished, filter, { mode: 0o600 });
      renameSync(unfinished, this.#path(key));
    } catch (error) {
      if (!isErrno(error, 'ENOSPC', 'EDQUOT')) throw error;
    }
  }

  #path(key: string): string {
    return join(this.#directory, `${key}.bpf`);
  }
}

export const compileFilter = (kernel: Kernel, profile: OciSeccomp): Uint8Array =>
  unknownAsMissing(kernel.compileSeccomp(profile), LAST_KNOWN_SYSCALL);

/**
 * A call younger than our list must look as if the kernel did not have it (ENOSYS): programs then fall back, which EPERM
 * keeps them from. Three instructions before the others; jumps are relative, so those stay as they are.
 */
export function unknownAsMissing(filter: Uint8Array, lastKnown: number): Uint8Array {
  const prefix = Buffer.concat([
    instruction(LOAD_WORD, 0, 0, NR_OFFSET),
    instruction(JUMP_IF_GREATER, 0, 1, lastKnown),
    instruction(RETURN, 0, 0, RET_ERRNO | ENOSYS),
  ]);
  return Buffer.concat([prefix, filter]);
}

/** struct sock_filter: code, jump if true, jump if false, operand. */
function instruction(code: number, ifTrue: number, ifFalse: number, operand: number): Buffer {
  const bytes = Buffer.alloc(INSTRUCTION_BYTES);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}

/** Names that a profile refuses, out of all that this architecture has; a call allowed with some arguments is not one. */
export function refusedSyscalls(kernel: Kernel, profile: OciSeccomp): string[] {
  const allowed = new Set(
    (profile.syscalls ?? []).filter(({ action }) => action === 'SCMP_ACT_ALLOW').flatMap(({ names }) => names),
  );
  return kernel.listSyscalls().filter((name) => !allowed.has(name));
}

/**
 * The system calls that a plan may use, by number.
 *
 * Source   Linux, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64)
 */
const NUMBERS = {
  write: { x64: 1, arm64: 64 },
  close: { x64: 3, arm64: 57 },
  rt_sigprocmask: { x64: 14, arm64: 135 },
  socket: { x64: 41, arm64: 198 },
  sendto: { x64: 44, arm64: 206 },
  recvfrom: { x64: 45, arm64: 207 },
  sendmsg: { x64: 46, arm64: 211 },
  recvmsg: { x64: 47, arm64: 212 },
  socketpair: { x64: 53, arm64: 199 },
  setsockopt: { x64: 54, arm64: 208 },
  getcwd: { x64: 79, arm64: 17 },
  fchdir: { x64: 81, arm64: 50 },
  chdir: { x64: 80, arm64: 49 },
  fchown: { x64: 93, arm64: 55 },
  umask: { x64: 95, arm64: 166 },
  setsid: { x64: 112, arm64: 157 },
  setgroups: { x64: 116, arm64: 159 },
  setresuid: { x64: 117, arm64: 147 },
  setresgid: { x64: 119, arm64: 149 },
  capset: { x64: 126, arm64: 91 },
  fstatfs: { x64: 138, arm64: 44 },
  pivot_root: { x64: 155, arm64: 41 },
  prctl: { x64: 157, arm64: 167 },
  mount: { x64: 165, arm64: 40 },
  umount2: { x64: 166, arm64: 39 },
  sethostname: { x64: 170, arm64: 161 },
  keyctl: { x64: 250, arm64: 219 },
  openat: { x64: 257, arm64: 56 },
  mkdirat: { x64: 258, arm64: 34 },
  mknodat: { x64: 259, arm64: 33 },
  unlinkat: { x64: 263, arm64: 35 },
  symlinkat: { x64: 266, arm64: 36 },
  unshare: { x64: 272, arm64: 97 },
  dup3: { x64: 292, arm64: 24 },
  pipe2: { x64: 293, arm64: 59 },
  prlimit64: { x64: 302, arm64: 261 },
  setns: { x64: 308, arm64: 268 },
  seccomp: { x64: 317, arm64: 277 },
  statx: { x64: 332, arm64: 291 },
  open_tree: { x64: 428, arm64: 428 },
  move_mount: { x64: 429, arm64: 429 },
  fsopen: { x64: 430, arm64: 430 },
  fsconfig: { x64: 431, arm64: 431 },
  fsmount: { x64: 432, arm64: 432 },
  close_range: { x64: 436, arm64: 436 },
  openat2: { x64: 437, arm64: 437 },
  mount_setattr: { x64: 442, arm64: 442 },
} as const;

export type SyscallName = keyof typeof NUMBERS;

/** Throws on an architecture that the shim was not written for. */
export function syscallNumber(name: SyscallName, architecture: string = process.arch): number {
  if (architecture !== 'x64' && architecture !== 'arm64') {
    throw new Error(`Launch plans know x64 and arm64, not ${architecture}.`);
  }
  return NUMBERS[name][architecture];
}

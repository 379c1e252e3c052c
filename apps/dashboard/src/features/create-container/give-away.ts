import type { Draft, DraftField } from './draft.ts';

/** What the more dangerous capabilities hand over; the rest get a general sentence. */
const CAPABILITY_GIVES: Record<string, string> = {
  CAP_SYS_ADMIN: 'mounting, namespaces and much else: it undoes most of the isolation',
  CAP_SYS_PTRACE: 'reading and changing the memory of other processes it can see',
  CAP_SYS_MODULE: 'loading code into the kernel that all containers share',
  CAP_SYS_RAWIO: 'talking to hardware past the kernel',
  CAP_SYS_BOOT: 'rebooting the host',
  CAP_SYS_TIME: 'setting the clock that all share',
  CAP_NET_ADMIN: 'changing interfaces, routes and firewall of its network namespace',
  CAP_NET_RAW: 'forging packets on its network',
  CAP_DAC_READ_SEARCH: 'reading any file it can reach, whoever owns it',
  CAP_DAC_OVERRIDE: 'writing any file it can reach, whoever owns it',
  CAP_BPF: 'loading BPF programs into the kernel',
  CAP_SYS_RESOURCE: 'raising its own limits',
  CAP_MKNOD: 'making device files',
};

/** What a dangerous choice gives away, by field; a safe form has none. */
export function giveAways(draft: Draft): Partial<Record<DraftField, string>> {
  const told: Partial<Record<DraftField, string>> = {};
  if (draft.userNamespace === 'host') {
    told.userNamespace =
      "Root inside is the host's root. Whoever gets out of the container owns the host, and files it makes belong to root outside.";
  }
  if (draft.network === 'host') {
    told.network =
      "It sees the host's interfaces, can listen on any of the host's ports and reach services that are bound to localhost only.";
  }
  if (draft.seccomp === 'unconfined') {
    told.seccomp =
      'Every system call of the kernel can be tried from inside, also those that most exploits begin with. Capabilities still apply.';
  }
  if (!draft.noNewPrivileges) {
    told.noNewPrivileges = 'Set-user-id programs inside can gain rights that the process was not started with.';
  }
  const added = draft.capAdd.split(/[\s,]+/).filter((word) => word !== '');
  if (added.length > 0) told.capAdd = added.map(capabilityGives).join(' ');
  return told;
}

function capabilityGives(word: string): string {
  const upper = word.toUpperCase();
  const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  return `${name} allows ${CAPABILITY_GIVES[name] ?? 'more than the default set does'}.`;
}

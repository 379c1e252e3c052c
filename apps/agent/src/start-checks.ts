import { accessSync, constants } from 'node:fs';
import type { KernelFeatureName, KernelFeatures } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';

/** What no container can be made without here, and how to get it. */
const REQUIRED: Partial<Record<KernelFeatureName, string>> = {
  openat2: 'Run Linux 5.6 or newer.',
  openTree: 'Run Linux 5.2 or newer.',
  mountSetattr: 'Run Linux 5.12 or newer.',
  clone3: 'Run Linux 5.5 or newer, and outside of a sandbox that forbids clone3.',
  pidfd: 'Run Linux 5.4 or newer.',
  overlay: 'Load the module with "modprobe overlay", or use a kernel with CONFIG_OVERLAY_FS.',
  idmappedMounts: 'Run Linux 5.12 or newer.',
  overlayOnIdmapped: 'Run Linux 5.19 or newer.',
  userNamespaces: 'Set the sysctl user.max_user_namespaces above 0.',
  cgroupNamespaces: 'Run Linux 4.6 or newer with CONFIG_CGROUPS.',
  seccomp: 'Use a kernel with CONFIG_SECCOMP_FILTER.',
};

export function mustBeRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new DomainError('forbidden', {
    message: `The agent makes namespaces and mounts, and so must be root; it was started by uid ${process.getuid?.() ?? '?'}.`,
    mend: 'Start it with sudo, or as a system service.',
  });
}

export function mustHaveShim(shimPath: string): void {
  try {
    accessSync(shimPath, constants.X_OK);
  } catch (cause) {
    throw new DomainError('precondition-failed', {
      message: `The shim is missing: ${shimPath} is not an executable file.`,
      mend: 'Build it with "pnpm --filter @vitrine/shim build", or name it with --shim.',
      cause,
    });
  }
}

/** One error that names every missing feature with its mend. */
export function mustHaveFeatures(features: KernelFeatures): void {
  const missing = Object.entries(features).filter(
    ([name, { available }]) => !available && REQUIRED[name as KernelFeatureName] !== undefined,
  );
  if (missing.length === 0) return;
  const mends = missing.map(([name]) => `${name}: ${REQUIRED[name as KernelFeatureName] ?? ''}`);
  throw new DomainError('unsupported', {
    message: `This kernel lacks ${missing.map(([name, { detail }]) => `${name} (${detail})`).join(', ')}.`,
    mend: mends.join(' '),
  });
}

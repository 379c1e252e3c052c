import type { KernelFeatures } from '@vitrine/kernel';
import type { OciConfig } from './oci.ts';

/** All that the launch plan is made of. Whoever fills it in has done every look-up; the plan only says what to call, in order. */
export type LaunchInput = {
  config: OciConfig;
  features: KernelFeatures;
  rootfs: {
    /** The one directory that holds every layer's directory; idmapped as a whole, once. */
    layersParent: string;
    /** Names below `layersParent`, topmost first. */
    layers: readonly string[];
    upperDir: string;
    workDir: string;
  };
  /** How PID 1 gets into its cgroup before the cgroup namespace is made. */
  cgroup:
    | { version: 'v2'; /** For CLONE_INTO_CGROUP. */ directory: string }
    | {
        version: 'v1';
        /** Each gets "0" from the child itself. */
        tasksFiles: readonly string[];
        /** Hierarchies that a mount of type `cgroup` shows inside, as their directories are called: `memory`, `cpu,cpuacct`. */
        hierarchies?: readonly string[];
      };
  /**
   * What somebody did not ask for, and so may be refused by a kernel where we lack CAP_SYS_RESOURCE: resource limits
   * that raise what the agent has, by type, and an oom_score_adj below the agent's.
   */
  mayBeRefused?: { rlimits: readonly string[]; oomScoreAdj: boolean };
  /** Classic BPF, ready for seccomp(2); null when unconfined. */
  seccompFilter: Uint8Array | null;
  log: { maxBytes: number; maxFiles: number };
  /** How long the shim waits for the child, each time, before it gives the launch up; 30 when left out. */
  launchTimeoutSec?: number;
  /** False: PID 1 waits for `start` before exec (the OCI state "created"). */
  startAtOnce: boolean;
};

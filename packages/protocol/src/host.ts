import { z } from 'zod';
import { HostId } from './ids.ts';
import { HostSample } from './metrics.ts';
import { Bytes, EpochMs } from './units.ts';

/** One thing the runtime can use, as probed on this kernel at the agent's start. */
export const KernelFeature = z.object({
  name: z.string(),
  available: z.boolean(),
  usedFor: z.string(),
  detail: z.string(),
});
export type KernelFeature = z.infer<typeof KernelFeature>;

/** What a host is; changes only when its agent restarts. */
export const HostInfo = z.object({
  hostname: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  os: z.string(),
  cpuCount: z.number().int(),
  memoryBytes: Bytes,
  cgroupVersion: z.enum(['v1', 'v2']),
  bootedAtMs: EpochMs,
  agentVersion: z.string(),
  agentStartedAtMs: EpochMs,
  agentPid: z.number().int(),
  features: z.array(KernelFeature),
});
export type HostInfo = z.infer<typeof HostInfo>;

/** `stale`: no word for 5 s. `offline`: none for 15 s, or never connected since the hub started. */
export const HostConnection = z.enum(['online', 'stale', 'offline', 'revoked']);
export type HostConnection = z.infer<typeof HostConnection>;

export const STALE_AFTER_MS = 5_000;
export const OFFLINE_AFTER_MS = 15_000;

/** One host of the fleet as the hub knows it. */
export const Host = z.object({
  id: HostId,
  name: z.string(),
  connection: HostConnection,
  enrolledAtMs: EpochMs,
  /** By the hub's clock. */
  lastSeenAtMs: EpochMs.nullable(),
  /** Host's clock minus hub's clock at the last heartbeat; null when never heard. */
  clockSkewMs: z.number().nullable(),
  info: HostInfo.nullable(),
  sample: HostSample.nullable(),
});
export type Host = z.infer<typeof Host>;

export const Image = z.object({
  reference: z.string(),
  id: z.string(),
  createdAtMs: EpochMs,
  sizeBytes: Bytes,
  layers: z.array(z.object({ diffId: z.string(), sizeBytes: Bytes })),
  config: z.object({
    entrypoint: z.array(z.string()),
    cmd: z.array(z.string()),
    env: z.array(z.string()),
    workingDir: z.string(),
    user: z.string(),
  }),
});
export type Image = z.infer<typeof Image>;

export { LaunchError, type LaunchFailedExit } from './launch-error.ts';
export type { OciConfig } from './oci.ts';
export { planLaunch, type PlannedLaunch } from './plan-launch.ts';
export type { NamedSpec, Resolved } from './resolve.ts';
export { createRuntime, type Recovered, type Runtime, type RuntimeOptions } from './runtime.ts';
export type { Task } from './task.ts';
export type { ExitRecord } from '@vitrine/shim';

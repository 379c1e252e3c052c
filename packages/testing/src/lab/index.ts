export { bootLab, type CommandOptions, type Lab, type LabOptions } from './boot-lab.ts';
export type { GuestProcess, GuestResult } from './guest-process.ts';
export { type GuestTest, runRootSuites } from './guest-suite.ts';
export { type LabNetwork, openLabNetwork } from './lab-network.ts';

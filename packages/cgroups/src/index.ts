export type {
  Attachment,
  CgroupEvents,
  Cgroups,
  CgroupSample,
  FigureSource,
  Limits,
  RemoveOptions,
} from './contract.ts';
export { CgroupError } from './errors.ts';
export { openCgroups } from './open-cgroups.ts';

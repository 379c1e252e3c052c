/** Mount options as OCI and fstab write them, split into what the mount gets and what the file system gets. */
import { MOUNT_ATTR } from '@vitrine/kernel';
import type { OciMount } from '../oci.ts';

const ATTRIBUTES: Readonly<Record<string, number>> = {
  ro: MOUNT_ATTR.RDONLY,
  nosuid: MOUNT_ATTR.NOSUID,
  nodev: MOUNT_ATTR.NODEV,
  noexec: MOUNT_ATTR.NOEXEC,
  noatime: MOUNT_ATTR.NOATIME,
  strictatime: MOUNT_ATTR.STRICTATIME,
};

/** What is so anyway (every mount made here is private, every devpts new), or says how to bind. */
const IGNORED = new Set([
  'rw',
  'suid',
  'dev',
  'exec',
  'relatime',
  'private',
  'rprivate',
  'bind',
  'rbind',
  'newinstance',
  'defaults',
]);

export type MountOptions = {
  /** MOUNT_ATTR_ bits. */
  attributes: number;
  /** For the file system, as `key=value` or a bare flag. */
  data: { key: string; value: string | undefined }[];
  recursive: boolean;
};

export function parseMountOptions({ options = [] }: OciMount): MountOptions {
  const data: MountOptions['data'] = [];
  let attributes = 0;
  for (const option of options) {
    const attribute = ATTRIBUTES[option];
    if (attribute !== undefined) attributes |= attribute;
    else if (!IGNORED.has(option)) data.push(splitOption(option));
  }
  return { attributes, data, recursive: options.includes('rbind') };
}

function splitOption(option: string): { key: string; value: string | undefined } {
  const at = option.indexOf('=');
  return at < 0 ? { key: option, value: undefined } : { key: option.slice(0, at), value: option.slice(at + 1) };
}

/**
 * /proc/PID/mountinfo.
 *
 * Shape    `36 35 98:0 /root /target rw,noatime master:1 - ext4 /dev/sda1 rw,errors=continue`: any number of tags stand
 *          before the "-". Blank, tab, newline and backslash are written as octal escapes.
 * Source   proc_pid_mountinfo(5).
 */
export interface Mount {
  target: string;
  fstype: string;
  source: string;
  /** Of the mount and of its file system, each word once. */
  options: string;
}

const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));

/** What holds is the mount's own ro or rw; the file system's says something else. */
function joinOptions(mount: string, superblock: string): string {
  const words = superblock.split(',').filter((word) => word !== 'ro' && word !== 'rw');
  return [...new Set([...mount.split(','), ...words])].join(',');
}

/** In the kernel's order: of two mounts on one target the later one is seen. */
export function parseMountinfo(text: string): Mount[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [left = '', right = ''] = line.split(' - ', 2);
      const [, , , , target = '', mountOptions = ''] = left.split(' ');
      const [fstype = '', source = '', superOptions = ''] = right.split(' ');
      return {
        target: unescapeOctal(target),
        fstype,
        source: unescapeOctal(source),
        options: joinOptions(mountOptions, superOptions),
      };
    });
}

/**
 * One file out of an image's layers, before any overlay is mounted: the topmost layer that says something about the path
 * wins, and a whiteout there says that it is gone.
 *
 * The layers are hostile: nothing is opened but by openat2 with the layer as the root, no FIFO is waited for, and sizes
 * are capped by the caller. A symlink is followed inside its own layer only; one that leads to another layer's file reads
 * as absent.
 */
import { constants, fstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileRefusedError, isErrno, O, RESOLVE, type Fd, type Kernel } from '@vitrine/kernel';

/** Null when no layer has it. Throws FileRefusedError for what is no regular file or too large. */
export function readImageFile(
  kernel: Kernel,
  layerPaths: readonly string[],
  path: string,
  maxBytes: number,
): Buffer | null {
  for (const layerPath of layerPaths) {
    using layer = kernel.openDirectory(layerPath);
    const found = look(kernel, layer, path);
    if (found === 'file') return readOrNull(kernel, layer, path, maxBytes);
    if (found === 'hidden') return null;
  }
  return null;
}

/** `hidden`: this layer says that lower ones do not count. */
function look(kernel: Kernel, layer: Fd, path: string): 'file' | 'hidden' | 'absent' {
  try {
    using handle = kernel.openat2(layer, path, {
      flags: O.PATH | O.NOFOLLOW,
      resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS,
    });
    return isWhiteout(handle) ? 'hidden' : 'file';
  } catch (error) {
    if (isErrno(error, 'ENOTDIR')) return 'hidden';
    if (!isErrno(error, 'ENOENT', 'ELOOP')) throw error;
  }
  const parent = dirname(path);
  if (parent === '.' || parent === '/') return 'absent';
  return look(kernel, layer, parent) === 'hidden' ? 'hidden' : 'absent';
}

/** As overlay writes it: a character device 0:0. */
function isWhiteout(handle: Fd): boolean {
  const stat = fstatSync(handle.number);
  return (stat.mode & constants.S_IFMT) === constants.S_IFCHR && stat.rdev === 0;
}

function readOrNull(kernel: Kernel, layer: Fd, path: string, maxBytes: number): Buffer | null {
  try {
    return kernel.readFileInRoot(layer, path, maxBytes);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ELOOP', 'ENOTDIR')) return null;
    if (isErrno(error, 'ENXIO')) throw new FileRefusedError(`${path} is not a regular file.`);
    throw error;
  }
}

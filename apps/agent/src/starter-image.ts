import { existsSync } from 'node:fs';
import { makeStarterImage, type ImageStore } from '@vitrine/images';
import type { Logger } from 'pino';

const BUSYBOX_PATHS = ['/bin/busybox', '/usr/bin/busybox'];

/** Makes the image that a first container needs, of the host's own busybox. Without one the agent serves all the same. */
export async function offerStarterImage(
  images: ImageStore,
  busyboxPath: string | undefined,
  log: Logger,
): Promise<void> {
  if (images.find('starter') !== undefined) return;
  const busybox = (busyboxPath === undefined ? BUSYBOX_PATHS : [busyboxPath]).find((candidate) =>
    existsSync(candidate),
  );
  if (busybox === undefined) {
    log.warn('no busybox, so no starter image: install "busybox-static", or name one with --busybox');
    return;
  }
  try {
    await makeStarterImage(images, busybox);
  } catch (error) {
    log.warn({ error }, 'the starter image could not be made');
  }
}

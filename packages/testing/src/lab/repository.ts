import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This repository's root; the guest has it at the same path. */
export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '../../../..');

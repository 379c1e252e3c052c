/**
 * The images of one host.
 *
 * STATE/images/NAME.json   one record an image, NAME being the reference, percent-encoded
 * STATE/layers/HEX/        one directory a layer, named by its diffId; never changed once it has that name
 */
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Image } from '@vitrine/protocol';
import { diffIdOf, layerSizeBytes, writeLayer, type LayerEntry } from './layer.ts';

const DEFAULT_TAG = 'latest';
const RECORD_SUFFIX = '.json';
/** What an interrupted write leaves behind; swept when the store is opened. */
const UNFINISHED = '.new-';

export type NewImage = {
  reference: string;
  /** Lowest first, as in the OCI image specification. */
  layers: readonly (readonly LayerEntry[])[];
  config: Image['config'];
  architecture: string;
  createdAtMs: number;
};

export interface ImageStore {
  /** The one parent of all layer directories. */
  readonly layersDir: string;
  list(): Image[];
  /** `starter` is `starter:latest`. */
  find(reference: string): Image | undefined;
  /** Names below `layersDir`, topmost first, as overlay wants them. */
  layerDirectories(image: Image): string[];
  /** Layers first, each complete before it has its name; the record last. Again is harmless. */
  put(image: NewImage): Image;
}

/** `starter` as `starter:latest`; a port in a registry's name is no tag. */
export const withTag = (reference: string): string =>
  /:[^/]+$/.test(reference) ? reference : `${reference}:${DEFAULT_TAG}`;

/** For its one owner: makes what is missing, and sweeps what an interrupted write left. */
export function openImageStore(stateDir: string): ImageStore {
  const store = new DirectoryStore(join(stateDir, 'images'), join(stateDir, 'layers'));
  store.prepare();
  return store;
}

/** For a reader beside the owner: makes nothing. An absent store has no image. */
export const readImageStore = (stateDir: string): Omit<ImageStore, 'put'> =>
  new DirectoryStore(join(stateDir, 'images'), join(stateDir, 'layers'));

class DirectoryStore implements ImageStore {
  readonly layersDir: string;
  readonly #recordsDir: string;
  /** Parsed records by path; a record is read again when its time or size changed. */
  readonly #parsed = new Map<string, { stamp: string; image: Image }>();

  constructor(recordsDir: string, layersDir: string) {
    this.layersDir = layersDir;
    this.#recordsDir = recordsDir;
  }

  prepare(): void {
    mkdirSync(this.#recordsDir, { recursive: true, mode: 0o700 });
    mkdirSync(this.layersDir, { recursive: true, mode: 0o700 });
    // Also where an older version made it: a setuid program of an image must not be within reach of the host's users.
    chmodSync(this.layersDir, 0o700);
    for (const directory of [this.#recordsDir, this.layersDir]) {
      for (const name of readdirSync(directory)) {
        if (name.startsWith(UNFINISHED)) rmSync(join(directory, name), { recursive: true, force: true });
      }
    }
  }

  list(): Image[] {
    if (!existsSync(this.#recordsDir)) return [];
    return readdirSync(this.#recordsDir)
      .filter((name) => name.endsWith(RECORD_SUFFIX) && !name.startsWith(UNFINISHED))
      .map((name) => this.#read(join(this.#recordsDir, name)))
      .filter((image) => image !== undefined)
      .toSorted((a, b) => a.reference.localeCompare(b.reference));
  }

  find(reference: string): Image | undefined {
    return this.#read(this.#recordPath(withTag(reference)));
  }

  layerDirectories(image: Image): string[] {
    return image.layers.map(({ diffId }) => diffIdHex(diffId)).toReversed();
  }

  put(image: NewImage): Image {
    const layers = image.layers.map((entries) => this.#putLayer(entries));
    const record = describeImage(image, layers);
    const path = this.#recordPath(record.reference);
    writeDurably(join(this.#recordsDir, `${UNFINISHED}${randomUUID()}`), path, JSON.stringify(record));
    return record;
  }

  #putLayer(entries: readonly LayerEntry[]): Image['layers'][number] {
    const hex = diffIdOf(entries);
    const path = join(this.layersDir, hex);
    if (!existsSync(path)) {
      const unfinished = join(this.layersDir, `${UNFINISHED}${randomUUID()}`);
      mkdirSync(unfinished, { mode: 0o755 });
      writeLayer(unfinished, entries);
      renameSync(unfinished, path);
    }
    return { diffId: `sha256:${hex}`, sizeBytes: layerSizeBytes(entries) };
  }

  #recordPath(reference: string): string {
    return join(this.#recordsDir, encodeURIComponent(reference) + RECORD_SUFFIX);
  }

  #read(path: string): Image | undefined {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const stamp = `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
    const known = this.#parsed.get(path);
    if (known?.stamp === stamp) return known.image;
    const image = Image.parse(JSON.parse(readFileSync(path, 'utf8')));
    this.#parsed.set(path, { stamp, image });
    return image;
  }
}

/** The id is the digest of the OCI image configuration, as everywhere else. */
function describeImage(image: NewImage, layers: Image['layers']): Image {
  const { config, architecture, createdAtMs } = image;
  const ociConfig = JSON.stringify({
    created: new Date(createdAtMs).toISOString(),
    architecture,
    os: 'linux',
    config: {
      Env: config.env,
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      WorkingDir: config.workingDir,
      User: config.user,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  return Image.parse({
    reference: withTag(image.reference),
    id: `sha256:${createHash('sha256').update(ociConfig).digest('hex')}`,
    createdAtMs,
    sizeBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    layers,
    config,
  });
}

function diffIdHex(diffId: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(diffId)?.[1];
  if (hex === undefined) throw new RangeError(`A layer's diffId is "sha256:" and 64 hex digits, not ${diffId}.`);
  return hex;
}

function writeDurably(unfinished: string, path: string, text: string): void {
  writeFileSync(unfinished, text, { mode: 0o600 });
  const file = openSync(unfinished, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

/**
 * A layer as a list of entries: written to a directory, and told apart by its diffId, the SHA-256 of the tar that holds
 * exactly these entries (OCI image-spec, "Layer DiffID"). The tar itself is never kept.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type LayerEntry =
  | { type: 'directory'; path: string; mode: number }
  | { type: 'file'; path: string; mode: number; content: Uint8Array }
  | { type: 'symlink'; path: string; target: string };

const BLOCK_BYTES = 512;
const TYPE_FLAG: Record<LayerEntry['type'], string> = { file: '0', symlink: '2', directory: '5' };
const NAME_BYTES = 100;

/** 64 lowercase hex digits. Owner is root, time is the epoch, so the same entries always give the same diffId. */
export function diffIdOf(entries: readonly LayerEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const content = entry.type === 'file' ? entry.content : new Uint8Array();
    hash.update(tarHeader(entry, content.length));
    hash.update(content);
    hash.update(Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES));
  }
  return hash.update(Buffer.alloc(2 * BLOCK_BYTES)).digest('hex');
}

export const layerSizeBytes = (entries: readonly LayerEntry[]): number =>
  entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.content.length : 0), 0);

/** Parents come before what they hold. The caller owns `directory`, which is empty: nothing in it is followed. */
export function writeLayer(directory: string, entries: readonly LayerEntry[]): void {
  for (const entry of entries) {
    const path = join(directory, entry.path);
    if (entry.type === 'symlink') {
      symlinkSync(entry.target, path);
      continue;
    }
    if (entry.type === 'directory') mkdirSync(path, { recursive: true });
    else writeFileSync(path, entry.content, { flag: 'wx' });
    // Not by the call that makes it: the umask would have its say.
    chmodSync(path, entry.mode);
  }
}

/** A ustar header: name, mode, uid, gid, size, mtime, checksum, type, link, magic. */
function tarHeader(entry: LayerEntry, size: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, offset: number, digits: number): void => {
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, offset);
  };
  header.write(ustarName(entry.type === 'directory' ? `${entry.path}/` : entry.path), 0);
  octal(entry.type === 'symlink' ? 0o777 : entry.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write('        ', 148);
  header.write(TYPE_FLAG[entry.type], 156);
  if (entry.type === 'symlink') header.write(ustarName(entry.target), 157);
  header.write('ustar\x0000', 257);
  // Device numbers: of no meaning here, but written by every tar.
  octal(0, 329, 7);
  octal(0, 337, 7);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function ustarName(name: string): string {
  if (Buffer.byteLength(name) > NAME_BYTES)
    throw new RangeError(`A layer's entry has at most 100 bytes of name: ${name}`);
  return name;
}

/**
 * A container's log as the shim leaves it: `log` grows, and when it is full becomes `log.1`, which becomes `log.2`, …
 * A file keeps its identity (inode and birth time) through the renames, so a place in the log is identity and offset.
 * The birth time is there because ext4 gives the inode of a deleted file to the next one.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isErrno } from '@vitrine/kernel';
import { findNames } from '../records/durable-file.ts';

export type LogFile = { path: string; identity: string; bytes: number };
/** As it crosses the wire in a cursor: at most 64 characters. */
export type LogPlace = { identity: string; offset: number };

type BigStat = { ino: bigint; birthtimeNs: bigint; size: bigint };

const identityOf = ({ ino, birthtimeNs }: BigStat): string => `${ino.toString(36)}.${birthtimeNs.toString(36)}`;

export async function statLog(file: string | FileHandle): Promise<LogFile | undefined> {
  try {
    const found = typeof file === 'string' ? await stat(file, { bigint: true }) : await file.stat({ bigint: true });
    return { path: typeof file === 'string' ? file : '', identity: identityOf(found), bytes: Number(found.size) };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** All files of the log, oldest first. Two looks that agree, so that no rename falls between them. */
export async function listLogFiles(directory: string): Promise<LogFile[]> {
  for (let before: LogFile[] | undefined; ;) {
    const names = (await findNames(directory)).filter((name) => /^log(\.\d+)?$/.test(name));
    const ordered = names.toSorted((a, b) => rank(b) - rank(a)).map((name) => path.join(directory, name));
    const found = (await Promise.all(ordered.map((name) => statLog(name)))).filter((file) => file !== undefined);
    if (before !== undefined && sameFiles(before, found)) return found;
    before = found;
  }
}

const rank = (name: string): number => Number(name.slice('log.'.length) || '0');

const sameFiles = (a: readonly LogFile[], b: readonly LogFile[]): boolean =>
  a.length === b.length && a.every((file, index) => file.identity === b[index]?.identity);

export const encodePlace = ({ identity, offset }: LogPlace): string => `${identity}.${offset}`;

export function decodePlace(cursor: string): LogPlace | undefined {
  const match = /^([0-9a-z]+\.[0-9a-z]+)\.(\d{1,16})$/.exec(cursor);
  const [, identity, offset] = match ?? [];
  return identity === undefined ? undefined : { identity, offset: Number(offset) };
}

/** Opens the file if it is still the one that was meant. */
export async function openLogFile(file: LogFile): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file.path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
  if ((await statLog(handle))?.identity === file.identity) return handle;
  await handle.close();
  return undefined;
}

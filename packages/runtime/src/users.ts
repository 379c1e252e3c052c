/**
 * `name`, `uid`, `name:group` or `uid:gid` as numbers, looked up in the image's own /etc/passwd and /etc/group.
 *
 * Digits are numbers, never names: an image cannot redirect "1000" by a line that calls somebody so. A number must fit 32
 * bits (a runtime that let 4294967296 wrap made it root: CVE-2024-40635).
 */
import { FileRefusedError } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';

export type ResolvedUser = {
  uid: number;
  gid: number;
  /** Groups that list the user, its own left out. Empty when a group was named. */
  additionalGids: number[];
  /** As in /etc/passwd; `/` when it does not tell. */
  home: string;
};

/** Reads `etc/passwd` or `etc/group`; null when the image has none. */
export type ReadImageFile = (path: string, maxBytes: number) => Buffer | null;

type PasswdEntry = { name: string; uid: number; gid: number; home: string };
type GroupEntry = { name: string; gid: number; members: string[] };

const FILE_MAX_BYTES = 1024 * 1024;
const MAX_LINES = 10_000;
/** 2^32 - 1 means "no change" to the kernel, so it is no id. */
const MAX_ID = 0xffff_fffe;
const ROOT_HOME = '/root';

export function resolveUser(read: ReadImageFile, user: string): ResolvedUser {
  const [userPart = '', groupPart] = (user === '' ? '0' : user).split(':');
  const passwd = passwdOf(read);
  const entry = findUser(passwd, userPart);
  const uid = entry?.uid ?? parseId(userPart);
  if (uid === undefined) throw refused(`The image has no user called "${userPart}".`);
  const home = entry?.home ?? (uid === 0 ? ROOT_HOME : '/');
  if (groupPart !== undefined) return { uid, gid: groupId(read, groupPart), additionalGids: [], home };
  const gid = entry?.gid ?? 0;
  return { uid, gid, additionalGids: entry === undefined ? [] : supplementary(read, entry), home };
}

function findUser(passwd: readonly PasswdEntry[], user: string): PasswdEntry | undefined {
  const uid = parseId(user);
  return passwd.find((entry) => (uid === undefined ? entry.name === user : entry.uid === uid));
}

function groupId(read: ReadImageFile, group: string): number {
  const gid = parseId(group) ?? groupsOf(read).find((entry) => entry.name === group)?.gid;
  if (gid === undefined) throw refused(`The image has no group called "${group}".`);
  return gid;
}

const supplementary = (read: ReadImageFile, user: PasswdEntry): number[] => [
  ...new Set(
    groupsOf(read)
      .filter(({ gid, members }) => gid !== user.gid && members.includes(user.name))
      .map(({ gid }) => gid),
  ),
];

/** Undefined for what is no number at all. Throws for a number that is no id. */
function parseId(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const id = Number(text);
  if (id > MAX_ID) throw refused(`${text} is not a user or group id: the largest is ${MAX_ID}.`);
  return id;
}

const passwdOf = (read: ReadImageFile): PasswdEntry[] =>
  fieldsOf(read, 'etc/passwd', 6).flatMap(([name = '', , uidText = '', gidText = '', , home = '']) => {
    const uid = idInFile(uidText);
    const gid = idInFile(gidText);
    return uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home: home.startsWith('/') ? home : '/' }];
  });

const groupsOf = (read: ReadImageFile): GroupEntry[] =>
  fieldsOf(read, 'etc/group', 3).flatMap(([name = '', , gidText = '', members = '']) => {
    const gid = idInFile(gidText);
    return gid === undefined ? [] : [{ name, gid, members: members.split(',').filter((member) => member !== '') }];
  });

/** A line that is broken, or whose number is no id, says nothing. */
function idInFile(text: string): number | undefined {
  const id = /^\d+$/.test(text) ? Number(text) : undefined;
  return id === undefined || id > MAX_ID ? undefined : id;
}

function fieldsOf(read: ReadImageFile, path: string, atLeast: number): string[][] {
  try {
    const text = read(path, FILE_MAX_BYTES)?.toString('utf8') ?? '';
    const lines = text.split('\n', MAX_LINES);
    return lines.map((line) => line.split(':')).filter((fields) => fields.length >= atLeast);
  } catch (error) {
    if (error instanceof FileRefusedError) throw refused(`The image's /${error.message}`);
    throw error;
  }
}

const refused = (message: string): DomainError =>
  new DomainError('invalid-input', {
    field: 'user',
    message,
    mend: "Name a user of the image's /etc/passwd, or give numbers, as in 1000:1000.",
  });

import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '@vitrine/protocol';
import { z } from 'zod';

/** Which hub, and the API token that opens it. Kept in a file that only its owner may read. */
export const Credentials = z.object({ hubUrl: z.url(), token: z.string().min(1) });
export type Credentials = z.infer<typeof Credentials>;

export interface CredentialStore {
  readonly read: () => Promise<Credentials | undefined>;
  readonly write: (credentials: Credentials) => Promise<void>;
  readonly path: string;
}

/** `$XDG_CONFIG_HOME/vitrine/credentials.json`, else below `~/.config`. */
export const credentialsPath = (configHome: string | undefined, home: string): string =>
  join(
    configHome === undefined || configHome === '' ? join(home, '.config') : configHome,
    'vitrine',
    'credentials.json',
  );

function parseCredentials(path: string, text: string): Credentials {
  try {
    return Credentials.parse(JSON.parse(text));
  } catch (cause) {
    throw new DomainError('unauthenticated', {
      message: `${path} does not hold credentials.`,
      mend: 'Sign in again with "vitrine login URL".',
      cause,
    });
  }
}

export function fileCredentials(path: string): CredentialStore {
  return {
    path,
    read: async () => {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      return parseCredentials(path, text);
    },
    write: async (credentials) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
      // The mode of writeFile is only for new files, and is cut by the umask.
      await chmod(draft, 0o600);
      await rename(draft, path);
    },
  };
}

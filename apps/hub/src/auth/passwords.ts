import { hash, verify } from '@node-rs/argon2';

/** Argon2id; memory, passes and lanes as OWASP's Password Storage Cheat Sheet has them first. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

export async function verifyPassword({ hash: kept, password }: { hash: string; password: string }): Promise<boolean> {
  return verify(kept, password);
}

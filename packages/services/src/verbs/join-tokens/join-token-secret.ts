import { createHash, randomBytes } from 'node:crypto';

/** 192 random bits; what is kept is its hash, so a stolen database admits nobody. */
export const mintJoinToken = (): string => `vjt_${randomBytes(24).toString('base64url')}`;

export const hashJoinToken = (token: string): string => createHash('sha256').update(token).digest('hex');

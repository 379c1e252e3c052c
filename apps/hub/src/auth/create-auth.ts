import { apiKey } from '@better-auth/api-key';
import type { OpenDb } from '@vitrine/db';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { hashPassword, verifyPassword } from './passwords.ts';

export const AUTH_PATH = '/api/auth';
/** Set by the hub itself from the connection; whatever a client sends under this name is dropped. */
export const PEER_HEADER = 'x-vitrine-peer';

const API_TOKEN_PREFIX = 'vat_';
const DAY_SEC = 24 * 60 * 60;

export interface AuthOptions {
  prisma: OpenDb['prisma'];
  secret: string;
  publicUrl: string;
  signInsPerMinute: number;
}

/** Sign-in, sessions and API tokens. Nobody can sign themselves up. */
export function createAuth({ prisma, secret, publicUrl, signInsPerMinute }: AuthOptions) {
  return betterAuth({
    appName: 'Vitrine',
    baseURL: publicUrl,
    basePath: AUTH_PATH,
    secret,
    database: prismaAdapter(prisma, { provider: 'sqlite' }),
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false, defaultValue: 'viewer' },
        mustChangePassword: { type: 'boolean', required: true, input: false, defaultValue: false },
      },
    },
    session: { expiresIn: 7 * DAY_SEC, updateAge: DAY_SEC },
    rateLimit: {
      enabled: true,
      storage: 'database',
      customRules: { '/sign-in/email': { window: 60, max: signInsPerMinute }, '/get-session': false },
    },
    advanced: {
      cookiePrefix: 'vitrine',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
    },
    // The hub's own check (http/origin.ts) has been there before, for every path alike.
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin') ?? '';
      return origin === '' ? [] : [origin];
    },
    plugins: [
      apiKey({
        defaultPrefix: API_TOKEN_PREFIX,
        enableMetadata: true,
        maximumNameLength: 64,
        startingCharactersConfig: { shouldStore: true, charactersLength: API_TOKEN_PREFIX.length + 4 },
        rateLimit: { enabled: false },
        keyExpiration: { minExpiresIn: 1, maxExpiresIn: 365 },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

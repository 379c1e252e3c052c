import { randomBytes, randomUUID } from 'node:crypto';
import type { OpenDb } from '@vitrine/db';
import { hashPassword } from './passwords.ts';

export const FIRST_ADMIN_EMAIL = 'admin@vitrine.local';

export interface FirstAdmin {
  email: string;
  /** Said this once; it must be changed at the first sign-in. */
  password: string;
}

const mintPassword = (): string => randomBytes(15).toString('base64url');

/** Makes the first admin when there is nobody yet. A given password is kept as it is: for tests and demonstrations. */
export async function ensureFirstAdmin(prisma: OpenDb['prisma'], givenPassword?: string): Promise<FirstAdmin | null> {
  if ((await prisma.user.count()) > 0) return null;
  const password = givenPassword ?? mintPassword();
  const id = randomUUID();
  await prisma.user.create({
    data: {
      id,
      name: 'admin',
      email: FIRST_ADMIN_EMAIL,
      emailVerified: true,
      role: 'admin',
      mustChangePassword: givenPassword === undefined,
      accounts: {
        create: {
          id: randomUUID(),
          accountId: id,
          providerId: 'credential',
          password: await hashPassword(password),
        },
      },
    },
  });
  return { email: FIRST_ADMIN_EMAIL, password };
}

/** For whoever has the hub's disk and lost the password. Signs out every session of that user. */
export async function resetPassword(prisma: OpenDb['prisma'], email: string): Promise<FirstAdmin | undefined> {
  const user = await prisma.user.findUnique({ where: { email } });
  if (user === null) return undefined;
  const password = mintPassword();
  const kept = await hashPassword(password);
  await prisma.$transaction([
    prisma.account.updateMany({ where: { userId: user.id, providerId: 'credential' }, data: { password: kept } }),
    prisma.user.update({ where: { id: user.id }, data: { mustChangePassword: true } }),
    prisma.session.deleteMany({ where: { userId: user.id } }),
  ]);
  return { email, password };
}

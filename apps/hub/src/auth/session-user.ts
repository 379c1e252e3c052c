import { Role, type SessionUser } from '@vitrine/protocol';

/** A role that is not one of ours gives the least rights. */
export const toSessionUser = (row: {
  id: string;
  name: string;
  email: string;
  role: string;
  mustChangePassword: boolean;
}): SessionUser => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: Role.safeParse(row.role).data ?? 'viewer',
  mustChangePassword: row.mustChangePassword,
});

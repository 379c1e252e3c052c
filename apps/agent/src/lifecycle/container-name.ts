import { randomBytes } from 'node:crypto';
import type { Actor, CreateContainer } from '@vitrine/protocol';
import { deleteContainer } from './delete.ts';
import type { Parts } from './parts.ts';

/** The name that was asked for, freed if a failed launch holds it, or one that nobody has. It is not reserved yet. */
export async function chooseName(parts: Parts, { spec, actor }: CreateContainer): Promise<string> {
  if (spec.name === undefined) return inventName(parts, spec.image);
  await freeName(parts, spec.name, actor);
  return spec.name;
}

/** `starter-3f2a`: what it is of, and enough to tell it apart. */
function inventName({ table }: Parts, image: string): string {
  const base = (image.split(':')[0] ?? image).replaceAll(/[^a-zA-Z0-9_.-]/g, '-').slice(0, 50);
  for (;;) {
    const name = `${base}-${randomBytes(2).toString('hex')}`;
    if (!table.hasName(name)) return name;
  }
}

/** A launch that failed is kept to be looked at, not to be in the way of the next attempt, which has the same name. */
async function freeName(parts: Parts, name: string, actor: Actor): Promise<void> {
  const holder = parts.table.findByName(name);
  if (holder?.record.exit?.kind !== 'launch-failed') return;
  try {
    await deleteContainer(parts, { id: holder.id, actor, force: false });
  } catch (error) {
    // Somebody else deleted it meanwhile, perhaps to take the name: then the reservation tells.
    if (parts.table.find(holder.id) !== undefined) throw error;
  }
}

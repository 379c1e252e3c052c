import { z } from 'zod';

/** 64 lowercase hex digits, minted by the agent; never reused on one host. */
export const ContainerId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lowercase hex digits')
  .brand<'ContainerId'>();
export type ContainerId = z.infer<typeof ContainerId>;

/** The first twelve digits, for people only; never a key. */
export const shortId = (id: string): string => id.slice(0, 12);

/** Minted by the hub at enrolment; the agent keeps it beside its key. */
export const HostId = z.uuid().brand<'HostId'>();
export type HostId = z.infer<typeof HostId>;

/** What people call a container on one host. Unique among the containers that the host still lists. */
export const ContainerName = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/,
    'must start with a letter or digit and hold at most 63 letters, digits, "_", "." or "-"',
  );
export type ContainerName = z.infer<typeof ContainerName>;

/** An image's name as people write it: `starter` or `starter:latest`. */
export const ImageReference = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9]+([._/-][a-z0-9]+)*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?$/,
    'must be a lowercase name with an optional ":tag"',
  );
export type ImageReference = z.infer<typeof ImageReference>;

/** Made by whoever asks; the same key with the same request is answered with the first answer, never done twice. */
export const IdempotencyKey = z.string().min(8).max(128);
export type IdempotencyKey = z.infer<typeof IdempotencyKey>;

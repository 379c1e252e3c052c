/** Milliseconds are BigInt in the database, for Prisma's Int has 32 bits; as numbers they are exact for 285,000 years. */
export const readMs = (value: bigint | null): number | null => (value === null ? null : Number(value));

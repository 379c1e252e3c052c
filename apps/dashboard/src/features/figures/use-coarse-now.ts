import { useNow } from '@vitrine/ui';

/** Epoch milliseconds in steps of ten seconds: for "in the last hour", which need not be counted every second. */
export const useCoarseNow = (): number => Math.floor(useNow() / 10_000) * 10_000;

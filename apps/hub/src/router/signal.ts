/** tRPC gives every subscription a signal; its type only does not say so. */
export const whileWatched = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal;

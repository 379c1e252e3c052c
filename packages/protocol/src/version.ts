/**
 * Version of all that crosses the agent link. A test holds its fingerprint: whoever changes the wire changes this too.
 *
 * 1  First wire.
 */
export const PROTOCOL_VERSION = 1;

/** The oldest agent this hub talks to. */
export const OLDEST_AGENT_PROTOCOL = 1;

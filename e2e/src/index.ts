/** Real hubs and agents for those who tell stories about them and those who measure them. */
export { type AgentPart, type AgentPlaces, agentPlaces, socketOf, startAgent, tearDown } from './agent.ts';
export type { AgentSocket } from './agent-socket.ts';
export { openBrowser } from './browser.ts';
export { startFleet } from './fleet.ts';
export { runToEnd, tryToEnd } from './part.ts';
export { makeScratch, removeCgroups, type Scratch } from './scratch.ts';
export { signInPage } from './sign-in-page.ts';

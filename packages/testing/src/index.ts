export { CALM, type FakeContainer, type Temper } from './fake-host-container.ts';
export { dialHub, enrolFakeHost, type FakeKey, makeFakeKey } from './fake-host-link.ts';
export { FakeMachine, SENTINEL } from './fake-host-machine.ts';
export { FakeHost, type FakeHostOptions, startFakeHost } from './fake-host.ts';

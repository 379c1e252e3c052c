import { ContainerSpec, type ContainerSpecInput } from '@vitrine/protocol';
import { quoteWord } from './command-line.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Only what differs from what the specification fills in by itself. */
export function shortSpec(spec: ContainerSpec): ContainerSpecInput {
  const bare = ContainerSpec.parse({ image: spec.image });
  const told = Object.entries(spec).filter(
    ([name, value]) => name === 'image' || !same(value, bare[name as keyof ContainerSpec]),
  );
  return Object.fromEntries(told) as ContainerSpecInput;
}

/** The body of `POST /api/v1/hosts/HOST/containers`, for people: two-space JSON. */
export const restBody = (spec: ContainerSpec, start: boolean): string =>
  JSON.stringify({ spec: shortSpec(spec), ...(start ? {} : { start }) }, null, 2);

/** The token is read from the environment so that it is in no shell history. */
export const curlCommand = (origin: string, hostId: string, spec: ContainerSpec, start: boolean): string =>
  [
    `curl -X POST ${quoteWord(`${origin}/api/v1/hosts/${hostId}/containers`)}`,
    '-H "Authorization: Bearer $VITRINE_TOKEN"',
    "-H 'Content-Type: application/json'",
    `-d ${quoteWord(restBody(spec, start))}`,
  ].join(' \\\n  ');

import { type ContainerDetail, describeBytes } from '@vitrine/protocol';

interface WhatLasts {
  /** Gone the moment PID 1 ends. */
  dies: string[];
  /** There until the container is deleted. */
  lasts: string[];
}

/** What ends with PID 1 and what stays until somebody deletes the container. */
export function whatLasts({ spec, limits, name }: Pick<ContainerDetail, 'spec' | 'limits' | 'name'>): WhatLasts {
  const network = spec.network === 'host' ? [] : ['its network namespace'];
  const users = spec.userNamespace === 'host' ? [] : ['its user ids on the host'];
  return {
    dies: [
      'all its processes',
      ...(spec.keepWritableLayer ? [] : ['its writable layer: every file it wrote']),
      ...network,
      ...users,
      limits.memoryBytes === undefined
        ? 'its cgroup'
        : `its cgroup with ${describeBytes(limits.memoryBytes)} of memory`,
    ],
    lasts: [
      ...(spec.keepWritableLayer ? ['its writable layer, as asked'] : []),
      'its log, both streams',
      'its launch trace and its autopsy',
      `the record of what ${name} was asked to be`,
      `the image ${spec.image}`,
    ],
  };
}

/** What `delete` takes, one sentence each, the irretrievable first. */
export const deleteConsequences = ({ name, spec }: Pick<ContainerDetail, 'name' | 'spec'>): string[] => [
  ...(spec.keepWritableLayer ? ['The writable layer that was kept is erased, with every file in it.'] : []),
  'Its log, launch trace and autopsy are erased.',
  `The name ${name} becomes free. The image ${spec.image} and the events stay.`,
];

export const stopConsequences = ({ name, spec }: Pick<ContainerDetail, 'name' | 'spec'>): string[] => [
  `PID 1 of ${name} gets ${spec.stopSignal}; after ${spec.stopTimeoutSec} s without an end it is killed with SIGKILL.`,
  lossOf(spec),
];

export const killConsequences = ({ name, spec }: Pick<ContainerDetail, 'name' | 'spec'>, signal: string): string[] =>
  signal === 'SIGKILL'
    ? [`PID 1 of ${name} ends at once, with all its processes; it cannot tidy up.`, lossOf(spec)]
    : [
        `PID 1 of ${name} gets ${signal}; what it does then is its own affair. As PID 1 it ignores a signal that it has no handler for.`,
      ];

const lossOf = ({ keepWritableLayer }: ContainerDetail['spec']): string =>
  keepWritableLayer
    ? 'Its writable layer is kept, as asked.'
    : 'Its writable layer is discarded: every file it wrote is gone. Log and autopsy stay.';

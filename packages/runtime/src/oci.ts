/** The part of the OCI runtime specification's config.json that the launch plan covers. Names are the specification's own. */
export type OciConfig = {
  ociVersion: string;
  hostname?: string;
  process: OciProcess;
  root: { path: string; readonly?: boolean };
  mounts: OciMount[];
  annotations?: Record<string, string>;
  linux: {
    namespaces: { type: OciNamespaceType; path?: string }[];
    uidMappings?: OciIdMapping[];
    gidMappings?: OciIdMapping[];
    cgroupsPath?: string;
    resources?: OciResources;
    /** Each key is the sysctl's dotted name. */
    sysctl?: Record<string, string>;
    maskedPaths?: string[];
    readonlyPaths?: string[];
    rootfsPropagation?: string;
    seccomp?: OciSeccomp;
  };
};

export type OciNamespaceType = 'pid' | 'network' | 'mount' | 'uts' | 'ipc' | 'user' | 'cgroup' | 'time';
export type OciIdMapping = { containerID: number; hostID: number; size: number };
export type OciMount = { destination: string; type?: string; source?: string; options?: string[] };

export type OciProcess = {
  terminal?: boolean;
  user: { uid: number; gid: number; umask?: number; additionalGids?: number[] };
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: Record<'bounding' | 'effective' | 'permitted' | 'inheritable' | 'ambient', string[]>;
  rlimits?: { type: string; soft: number; hard: number }[];
  noNewPrivileges?: boolean;
  oomScoreAdj?: number;
};

export type OciResources = {
  memory?: { limit?: number; swap?: number; reservation?: number };
  cpu?: { shares?: number; quota?: number; period?: number };
  pids?: { limit: number };
  blockIO?: {
    throttleReadBpsDevice?: OciThrottle[];
    throttleWriteBpsDevice?: OciThrottle[];
    throttleReadIOPSDevice?: OciThrottle[];
    throttleWriteIOPSDevice?: OciThrottle[];
  };
  unified?: Record<string, string>;
  devices?: { allow: boolean; type?: 'a' | 'b' | 'c'; major?: number; minor?: number; access?: string }[];
};
export type OciThrottle = { major: number; minor: number; rate: number };

export type OciSeccomp = {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: string[];
  syscalls?: {
    names: string[];
    action: string;
    errnoRet?: number;
    args?: { index: number; value: number; valueTwo?: number; op: string }[];
  }[];
};

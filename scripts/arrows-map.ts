import type { ICruiseOptions, IRegularForbiddenRuleType } from 'dependency-cruiser';

/** Who may import whom: the arrows of ARCHITECTURE.md. Each room lists what it may use; all else is forbidden. */
type Room = { rooms: string[]; packages: string[]; node: boolean };

const ROOMS: Record<string, Room> = {
  'packages/protocol': { rooms: [], packages: ['zod'], node: false },
  'packages/kernel': { rooms: [], packages: ['koffi'], node: true },
  'packages/shim': { rooms: ['packages/kernel'], packages: [], node: true },
  'packages/procfs': { rooms: ['packages/kernel'], packages: [], node: true },
  'packages/cgroups': { rooms: ['packages/kernel'], packages: [], node: true },
  'packages/images': { rooms: ['packages/kernel', 'packages/protocol'], packages: [], node: true },
  'packages/runtime': {
    rooms: [
      'packages/kernel',
      'packages/shim',
      'packages/procfs',
      'packages/cgroups',
      'packages/images',
      'packages/protocol',
    ],
    packages: [],
    node: true,
  },
  'packages/db': {
    rooms: ['packages/protocol'],
    packages: ['@prisma/client', '@prisma/adapter-better-sqlite3', '@prisma/driver-adapter-utils', 'better-sqlite3'],
    node: true,
  },
  'packages/services': { rooms: ['packages/db', 'packages/protocol'], packages: ['zod'], node: true },
  'packages/ui': {
    rooms: [],
    packages: [
      'react',
      'radix-ui',
      'class-variance-authority',
      'clsx',
      'tailwind-merge',
      'lucide-react',
      'recharts',
      '@tanstack/react-virtual',
      'cmdk',
      'sonner',
    ],
    node: false,
  },
  'packages/testing': {
    rooms: ['packages/protocol'],
    packages: ['ws', 'zod', '@trpc/server', '@trpc/client'],
    node: true,
  },
  'apps/agent': {
    rooms: [
      'packages/runtime',
      'packages/procfs',
      'packages/cgroups',
      'packages/protocol',
      'packages/kernel',
      'packages/images',
    ],
    packages: ['@trpc/server', 'ws', 'zod', 'pino'],
    node: true,
  },
  'apps/cli': { rooms: ['packages/runtime', 'packages/protocol'], packages: ['zod'], node: true },
  'apps/hub': {
    rooms: ['packages/services', 'packages/protocol', 'packages/db'],
    packages: [
      '@trpc/server',
      '@trpc/client',
      'trpc-to-openapi',
      'superjson',
      'ws',
      'zod',
      'pino',
      'better-auth',
      '@better-auth/api-key',
      '@node-rs/argon2',
      'next',
    ],
    node: true,
  },
  'apps/dashboard': {
    rooms: ['packages/ui', 'packages/protocol'],
    packages: [
      '@trpc/client',
      '@trpc/tanstack-react-query',
      '@tanstack/react-query',
      '@tanstack/react-virtual',
      'superjson',
      'next',
      'next-themes',
      'react',
      'react-dom',
      'lucide-react',
      'recharts',
      'zod',
      'sonner',
      'cmdk',
      'radix-ui',
      'uplot',
    ],
    node: false,
  },
};

/** Tests may also use the test runner and the testing room, and set the stage with node and their own room's neighbours. */
const TEST_FILE = '\\.test\\.tsx?$|/conformance\\.ts$';
const CONFIG_FILE = '(^|/)[^/]+\\.config\\.(ts|mjs|js)$|/tools/';
const escape = (text: string): string => text.replace(/[/.@-]/g, '\\$&');

/** The dashboard takes the type of the hub's router, and nothing that runs. */
const TYPES_FROM_ANYWHERE = new Set(['apps/dashboard']);

const arrows: IRegularForbiddenRuleType[] = Object.entries(ROOMS).flatMap(([room, { rooms, packages, node }]) => {
  const from = { path: `^${escape(room)}/`, pathNot: [TEST_FILE, CONFIG_FILE] };
  const ownRooms = [room, ...rooms].map((name) => `^${escape(name)}/`);
  const foreignRooms: IRegularForbiddenRuleType = {
    name: `${room} imports only its own rooms`,
    severity: 'error',
    from,
    to: {
      path: '^(apps|packages)/',
      pathNot: ownRooms,
      ...(TYPES_FROM_ANYWHERE.has(room) ? { dependencyTypesNot: ['type-only'] } : {}),
    },
  };
  const foreignPackages: IRegularForbiddenRuleType = {
    name: `${room} imports only its own packages`,
    severity: 'error',
    from,
    to: {
      path: 'node_modules',
      pathNot: packages.map((name) => `node_modules/${escape(name)}(/|$)`),
      dependencyTypesNot: ['type-only'],
    },
  };
  const noNode: IRegularForbiddenRuleType = {
    name: `${room} knows no Node`,
    severity: 'error',
    from,
    to: { dependencyTypes: ['core'] },
  };
  return node ? [foreignRooms, foreignPackages] : [foreignRooms, foreignPackages, noNode];
});

export const forbidden: IRegularForbiddenRuleType[] = [
  ...arrows,
  {
    name: 'the host side and the hub side meet in protocol only, types included',
    severity: 'error',
    from: { path: '^(packages/(kernel|shim|procfs|cgroups|images|runtime)|apps/(agent|cli))/', pathNot: TEST_FILE },
    to: { path: '^(packages/(db|services|ui)|apps/(hub|dashboard))/' },
  },
  {
    name: 'the dashboard takes no more of the hub than the type of its router',
    severity: 'error',
    from: { path: '^apps/dashboard/' },
    to: { path: '^(apps/(agent|cli)|packages/(services|db|kernel|runtime))/' },
  },
  {
    name: 'koffi stays under kernel/src/linux',
    severity: 'error',
    from: { pathNot: '^packages/kernel/src/linux/' },
    to: { path: 'node_modules/koffi' },
  },
  {
    name: 'Prisma stays in db',
    severity: 'error',
    from: { pathNot: '^packages/db/' },
    to: { path: 'node_modules/(@prisma|prisma|better-sqlite3)(/|$)' },
  },
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no dumping grounds',
    severity: 'error',
    from: {},
    to: { path: '(^|/)(shared|common|utils|helpers|lib|types)(/|\\.tsx?$)', pathNot: 'node_modules' },
  },
  { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

export const options: ICruiseOptions = {
  tsConfig: { fileName: 'tsconfig.base.json' },
  tsPreCompilationDeps: 'specify',
  doNotFollow: { path: 'node_modules' },
  exclude: { path: 'next-env\\.d\\.ts$|(\\.next|generated|dist|\\.tools)/' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
  },
};

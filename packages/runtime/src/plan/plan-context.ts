import { AT, flagNames, MOUNT_ATTR, MOVE_MOUNT, O, OPEN_TREE, RESOLVE } from '@vitrine/kernel';
import { PlanBuilder, type ArenaRef, type Argument, type Slot, type StepGroup, type StepTable } from '@vitrine/shim';
import type { LaunchInput } from '../launch-input.ts';
import type { OciNamespaceType } from '../oci.ts';

/** What the groups of steps share: the input, the two tables, and the results that cross from one group to another. */
export type PlanContext = {
  input: LaunchInput;
  plan: PlanBuilder;
  shim: StepTable;
  child: StepTable;
  isNew: (namespace: OciNamespaceType) => boolean;
  slots: {
    pid: Slot;
    pidfd: Slot;
    /** Two ends of one stream socket: how shim and child wait for each other, and how a mount is handed over. */
    shimEnd: Slot;
    childEnd: Slot;
    stdoutRead: Slot;
    stdoutWrite: Slot;
    stderrRead: Slot;
    stderrWrite: Slot;
    /** Of the host's mount namespace: the shim goes back to it. */
    hostMounts: Slot;
    /** The container's root, from the moment the child has it. */
    root: Slot;
    /** For a result that only the next few steps need. */
    scratch: Slot;
    target: Slot;
    tree: Slot;
  };
};

export function newContext(input: LaunchInput): PlanContext {
  const plan = new PlanBuilder();
  const kinds = new Set(input.config.linux.namespaces.map(({ type }) => type));
  return {
    input,
    plan,
    shim: plan.shim,
    child: plan.child,
    isNew: (namespace) => kinds.has(namespace),
    slots: {
      pid: plan.slot('pid'),
      pidfd: plan.slot('pidfd'),
      shimEnd: plan.slot('shim-end'),
      childEnd: plan.slot('child-end'),
      stdoutRead: plan.slot('stdout-read'),
      stdoutWrite: plan.slot('stdout-write'),
      stderrRead: plan.slot('stderr-read'),
      stderrWrite: plan.slot('stderr-write'),
      hostMounts: plan.slot('host-mounts'),
      root: plan.slot('root'),
      scratch: plan.slot('fd'),
      target: plan.slot('target'),
      tree: plan.slot('tree'),
    },
  };
}

/** An immediate that people see by name: put into words when they do. */
export const flags = (prefix: string, names: Readonly<Record<string, number>>, value: number): Argument => ({
  value,
  get text() {
    return shownText(flagNames(prefix, names, value));
  },
});

const shownText = (shown: ReturnType<typeof flagNames>): string =>
  typeof shown === 'object' && shown !== null ? shown.text : `${shown}`;

export const named = (value: number | bigint, text: string): Argument => ({ value, text });
export const AT_FDCWD = named(AT.FDCWD, 'AT_FDCWD');
export const NULL = named(0, 'NULL');
export const openFlags = (value: number): Argument => flags('O_', O, value);

const OPEN_HOW_BYTES = 24;

/** `struct open_how` for openat2(2). */
export function openHow(context: PlanContext, how: { flags: number; resolve: number }): ArenaRef {
  const openFlagBits = how.flags | O.CLOEXEC;
  return context.plan.arena.constant(`open_how ${openFlagBits} ${how.resolve}`, () => {
    const content = Buffer.alloc(OPEN_HOW_BYTES);
    content.writeBigUInt64LE(BigInt(openFlagBits), 0);
    content.writeBigUInt64LE(BigInt(how.resolve), 16);
    const shown = () =>
      `{flags=${shownText(flagNames('O_', O, openFlagBits))}, resolve=${shownText(flagNames('RESOLVE_', RESOLVE, how.resolve))}}`;
    return { content, shown };
  });
}

/** An O_PATH handle of something in the container's root, wherever the image's symlinks lead: never out of the root. */
export function openInRoot(
  context: PlanContext,
  group: StepGroup,
  label: string,
  path: string,
  options: { result: Slot; directory?: boolean; resolve?: number },
): void {
  const how = openHow(context, {
    flags: O.PATH | (options.directory === true ? O.DIRECTORY : 0),
    resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS | (options.resolve ?? 0),
  });
  const { child, plan, slots } = context;
  child.syscall(group, label, 'openat2', [slots.root, plan.arena.text(relative(path)), how, how.size], {
    result: options.result,
  });
}

/** `/a//b/` as `a/b`; the root itself as `.`. */
export function relative(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? '.' : parts.join('/');
}

export const closeFd = (table: StepTable, group: StepGroup, what: string, fd: Slot): void =>
  table.syscall(group, `close ${what}`, 'close', [fd]);

/** Both ends by descriptor: no path is looked up a second time. */
export const moveMount = (table: StepTable, label: string, mount: Slot, target: Argument, path: ArenaRef): void =>
  table.syscall('filesystem', label, 'move_mount', [
    mount,
    path,
    target,
    path,
    flags('MOVE_MOUNT_', MOVE_MOUNT, MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH),
  ]);

/** A private copy of a mount that already stands in the caller's namespace. */
export const cloneMount = (
  context: PlanContext,
  label: string,
  source: Slot,
  options: { result: Slot; recursive?: boolean },
): void =>
  context.child.syscall(
    'filesystem',
    label,
    'open_tree',
    [
      source,
      context.plan.arena.text(''),
      openTreeFlags(AT.EMPTY_PATH | (options.recursive === true ? AT.RECURSIVE : 0)),
    ],
    { result: options.result },
  );

export const openTreeFlags = (at: number): Argument => ({
  value: OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | at,
  get text() {
    return ['OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC', ...(at === 0 ? [] : [shownText(flagNames('AT_', AT, at))])].join(
      '|',
    );
  },
});

const MOUNT_ATTR_BYTES = 32;

/** `struct mount_attr` of mount_setattr(2); a user namespace's descriptor is poked in at `.at(24, 8)`. */
export function mountAttributes(context: PlanContext, set: number, shownUserns = ''): ArenaRef {
  const bytes = Buffer.alloc(MOUNT_ATTR_BYTES);
  bytes.writeBigUInt64LE(BigInt(set), 0);
  const shown = `{attr_set=${shownText(flagNames('MOUNT_ATTR_', MOUNT_ATTR, set))}${shownUserns}}`;
  return context.plan.arena.bytes(bytes, shown);
}

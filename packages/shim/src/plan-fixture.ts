import { PlanBuilder, type LaunchPlan } from './plan-builder.ts';

/** A plan with at least one step of every operation, for tests of the encoder, the decoder and the trace. */
export function planOfEverything(): LaunchPlan {
  const plan = new PlanBuilder();
  const { shim, child, arena } = plan;
  const [pid, pidfd, end, out, err] = ['pid', 'pidfd', 'end', 'out', 'err'].map((name) => plan.slot(name));
  if (pid === undefined || pidfd === undefined || end === undefined || out === undefined || err === undefined) {
    throw new Error('unreachable: five names make five slots');
  }
  const ends = arena.buffer(8, 'ends');
  shim.syscall('prepare', 'a pipe', 'pipe2', [ends, 0]);
  shim.load('prepare', 'one end', ends.at(0, 4), out);
  shim.load('prepare', 'the other end', ends.at(4, 4), err);
  const cloneArgs = arena.buffer(88, '{flags=0}');
  const pidfdPlace = arena.buffer(4, 'pidfd');
  arena.point(cloneArgs.at(8, 8), pidfdPlace);
  shim.clone('namespaces', 'the child', cloneArgs, pid);
  shim.load('namespaces', 'its pidfd', pidfdPlace, pidfd);
  const path = arena.bytes(Buffer.from(`/proc/${'\0'.repeat(24)}`), '"/proc/<pid>"');
  shim.pokeDecimal('identity', 'its directory', pid, path.at(6, 24));
  shim.poke('filesystem', 'a field', end, arena.buffer(8, 'struct'));
  shim.orSkip(
    ['ENOENT', 'EACCES'],
    () => shim.syscall('filesystem', 'open it', 'openat', [-100, path, 0, 0], { result: end }),
    () => shim.syscall('filesystem', 'close it', 'close', [end]),
  );
  shim.eitherOr(
    ['ENOTDIR'],
    () => shim.makePath('filesystem', 'a place', end, arena.text('var/lib/thing'), 0o040755, err),
    () => shim.syscall('filesystem', 'if', 'close', [err]),
    () => shim.syscall('filesystem', 'else', 'close', [end]),
  );
  shim.notify('maps', end, 'm');
  shim.wait('ready', end, 'r');
  shim.awaitStart('start');
  shim.notify('go', end, 'g');
  shim.awaitExec('exec', end);
  shim.syscall('sync', 'tidy up', 'close', [end]);

  child.wait('maps', end, 'm');
  child.assert('security', 'a byte', path.at(0, 1), { equals: 0x2fn, errno: 'EXDEV' });
  child.makePath('filesystem', 'a file', end, arena.text('etc//hosts'), 0o100644, err);
  child.notify('ready', end, 'r');
  child.wait('go', end, 'g');
  const argv = arena.pointers([arena.text('sh'), arena.text('-c')], '["sh","-c"]');
  child.exec('become it', [arena.text('/usr/bin/sh'), arena.text('/bin/sh')], argv, argv);
  return plan.build({ pid, pidfd, stdout: out, stderr: err, log: { maxBytes: 1 << 20, maxFiles: 3 } });
}

import { expect, test } from 'vitest';
import { parseTrace, parseTraceLine } from './signal-trace.ts';

/** As Linux 6.18 and 6.1 wrote them. */
const KILL =
  '            bash-19747   [001] d..1.  1058.122034: signal_generate: sig=9 errno=0 code=0 comm=sleep pid=19759 grp=1 res=0';
const ODD_NAMES =
  '   my-prog -x y-42      [000] d..2. 12.000005: signal_generate: sig=15 errno=0 code=-6 comm=a pid=1 b pid=77 grp=0 res=0';
const FORGOTTEN =
  '           <...>-900     [000] d..1. 7.5: signal_generate: sig=11 errno=0 code=1 comm=crash pid=900 grp=0 res=0';
const VICTIM =
  '            tail-2143    [000] ..... 88.250000: mark_victim: pid=2143 comm=tail total-vm=70000kB anon-rss=65000kB file-rss:0kB shmem-rss:0kB uid=0 pgtables=180kB oom_score_adj=0';
const OLD_VICTIM = '            tail-2143    [000] .... 88.250000: mark_victim: pid=2143';

test('a kill names its sender and its target', () => {
  expect(parseTraceLine(KILL)).toEqual({
    type: 'signal',
    atBootUsec: 1_058_122_034,
    sender: { pid: 19747, comm: 'bash' },
    signal: 9,
    code: 0,
    target: { pid: 19759, comm: 'sleep' },
    group: true,
    line: KILL.trim(),
  });
});

test('names with spaces, dashes and what looks like a pid are read whole', () => {
  expect(parseTraceLine(ODD_NAMES)).toMatchObject({
    sender: { pid: 42, comm: 'my-prog -x y' },
    target: { pid: 77, comm: 'a pid=1 b' },
    group: false,
  });
});

test('a sender whose name the kernel forgot has a pid and no name', () => {
  expect(parseTraceLine(FORGOTTEN)).toMatchObject({ sender: { pid: 900, comm: null }, atBootUsec: 7_500_000 });
});

test('a victim of the out-of-memory killer is named on new and old kernels alike', () => {
  expect(parseTraceLine(VICTIM)).toMatchObject({ type: 'oom-victim', pid: 2143, comm: 'tail' });
  expect(parseTraceLine(OLD_VICTIM)).toMatchObject({ type: 'oom-victim', pid: 2143, comm: null });
});

test('headers, gaps and other events are passed over', () => {
  const text = `# tracer: nop\n#\nCPU:1 [LOST 3 EVENTS]\n${KILL}\n bash-1 [000] d... 1.0: sched_switch: x\n`;
  expect(parseTrace(text)).toHaveLength(1);
});

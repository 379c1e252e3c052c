/** Programs for people who try what limits do. Each says what it is about to do, and each is a few lines of shell. */
export const DEMO_PROGRAMS: Record<string, string> = {
  starter: `#!/bin/sh
# What the starter image runs by default: a sign of life every five seconds, and a clean end when asked.
trap 'echo "asked to stop, good-bye"; exit 0' TERM INT
echo "hello from $(hostname), I am process $$ in here"
beats=0
while :; do
  beats=$((beats + 1))
  read -r load _ </proc/loadavg
  echo "beat $beats: $(date -u +%H:%M:%S) UTC, load of the host $load"
  sleep 5 &
  wait $!
done
`,
  'burn-cpu': `#!/bin/sh
# burn-cpu [PROCESSES]: keeps that many processes busy (1 when left out).
count=\${1:-1}
echo "burn-cpu: $count busy process(es)"
i=0
while [ "$i" -lt "$count" ]; do
  while :; do :; done &
  i=$((i + 1))
done
trap 'exit 0' TERM INT
wait
`,
  'fork-bomb': `#!/bin/sh
# fork-bomb [PROCESSES]: starts processes until the kernel refuses, or so many are there (1000 when left out).
most=\${1:-1000}
n=0
stay() {
  echo "fork-bomb: $n processes, no more"
  trap 'exit 0' TERM INT
  while :; do wait; done
}
# The shell ends when the kernel refuses it a process; this is what it does last.
trap stay EXIT
echo "fork-bomb: up to $most processes"
while [ "$n" -lt "$most" ]; do
  sleep 100000 &
  n=$((n + 1))
done
`,
  'eat-memory': `#!/bin/sh
# eat-memory [MIB]: takes that much memory, all there is when left out, and keeps it.
exec awk -v most="\${1:-1000000}" 'BEGIN {
  block = sprintf("%1048576s", "")
  for (n = 1; n <= most; n++) {
    kept[n] = block n
    if (n % 8 == 0) { print "eat-memory: " n " MiB"; fflush() }
  }
  print "eat-memory: holding " most " MiB"; fflush()
  while (1) system("sleep 60")
}'
`,
};

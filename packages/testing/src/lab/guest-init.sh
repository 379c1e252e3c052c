#!/bin/sh
# PID 1 of a lab guest: mounts what a Linux host has, then runs the guest's runner and reaps whoever loses its parent.
# The root is the machine's own tree, read-only. Given by the kernel's command line: LAB_DIR (the lab's directory on the
# machine), LAB_REPO, LAB_NODE, LAB_RUNNER, LAB_NAME, LAB_ADDRESS and LAB_GATEWAY (none without a network).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o mode=0620,gid=5,ptmxmode=0666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/lab /run/lock
mount -t hostfs -o "$LAB_DIR" none /run/lab

# What must be a real file system (idmapped mounts need ext4 here): /mnt, and /tmp on it.
mount -t ext4 /dev/ubda /mnt
mkdir -p -m 1777 /mnt/tmp
mkdir /run/lab-repo
mount -t hostfs -o "$LAB_REPO",ro none /run/lab-repo
mount --bind /mnt/tmp /tmp

for module in overlay veth bridge tun; do
  modprobe -d /run/lab/modules "$module" || echo "lab: no module $module"
done

# Test runners write beside what they test: here such writes stay in the guest. (A clone below /tmp or /mnt has just been
# covered, and is seen again by this, too.)
mkdir -p /mnt/repo/upper /mnt/repo/work "$LAB_REPO"
mount -t overlay -o "lowerdir=/run/lab-repo,upperdir=/mnt/repo/upper,workdir=/mnt/repo/work" overlay "$LAB_REPO"

mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
done

hostname "$LAB_NAME"
ip link set lo up
if [ -n "$LAB_ADDRESS" ]; then
  ip address add "$LAB_ADDRESS" dev vec0
  ip link set vec0 up
  ip route add default via "$LAB_GATEWAY"
fi

stty -F /dev/ttyS0 raw -echo
export HOME=/root TMPDIR=/tmp
"$LAB_NODE" "$LAB_RUNNER" /dev/ttyS0 &
wait $!
echo "lab: the runner ended with $?"
sync
busybox poweroff -f

/** The loopback of a network namespace of its own; the netlink message is made here and only sent by the child. */
import { linkUpMessage } from '@vitrine/kernel';
import { closeFd, named, NULL, type PlanContext } from './plan-context.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NLMSG_ERROR = 2n;
const NLMSG_TYPE_AT = 4;
const NLMSGERR_ERROR_AT = 16;
const ACK_BYTES = 128;
const LOOPBACK = 1;

export function bringLoopbackUp({ child, plan, slots }: PlanContext): void {
  const socket = [named(AF_NETLINK, 'AF_NETLINK'), named(SOCK_RAW_CLOEXEC, 'SOCK_RAW|SOCK_CLOEXEC'), 0];
  child.syscall('network', 'ask the kernel about interfaces', 'socket', socket, { result: slots.scratch });
  const message = plan.arena.bytes(linkUpMessage({ ifindex: LOOPBACK, seq: 1 }), '{RTM_NEWLINK, lo, IFF_UP}');
  child.syscall('network', 'bring lo up', 'sendto', [slots.scratch, message, message.size, 0, NULL, 0]);
  const answer = plan.arena.buffer(ACK_BYTES, 'answer');
  child.syscall('network', "the kernel's answer", 'recvfrom', [slots.scratch, answer, answer.size, 0, NULL, NULL]);
  child.assert('network', 'is an acknowledgement', answer.at(NLMSG_TYPE_AT, 2), {
    equals: NLMSG_ERROR,
    errno: 'EPROTO',
  });
  child.assert('network', 'without an error', answer.at(NLMSGERR_ERROR_AT, 4), { equals: 0n, errno: 'ENETDOWN' });
  closeFd(child, 'network', 'the netlink socket', slots.scratch);
}

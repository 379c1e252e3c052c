/**
 * Route netlink messages as bytes.
 *
 * Shape    nlmsghdr (16 bytes), then the family's fixed header, then attributes (u16 length, u16 type), padded to 4.
 * Errors   RangeError when an attribute's length does not fit its u16: a length that wraps makes the kernel read the
 *          payload as further attributes (runc, CVE-2021-43784).
 * Source   Linux uapi: netlink.h, rtnetlink.h, if_link.h
 */
const NLMSG_HEADER_BYTES = 16;
const ATTRIBUTE_HEADER_BYTES = 4;
const IFINFOMSG_BYTES = 16;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const NLM_F = { REQUEST: 1, ACK: 4, DUMP: 0x300 } as const;
const IFF_UP = 1;
const IFLA_IFNAME = 3;
const U16_MAX = 0xffff;

const padded = (length: number): number => (length + 3) & ~3;

export function netlinkAttribute(type: number, payload: Uint8Array): Buffer {
  const length = ATTRIBUTE_HEADER_BYTES + payload.length;
  if (length > U16_MAX) throw new RangeError(`A netlink attribute holds at most 65531 bytes, not ${payload.length}.`);
  const bytes = Buffer.alloc(padded(length));
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(payload, ATTRIBUTE_HEADER_BYTES);
  return bytes;
}

function netlinkMessage(type: number, flags: number, seq: number, body: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(NLMSG_HEADER_BYTES);
  const message = Buffer.concat([header, ...body]);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(flags, 6);
  message.writeUInt32LE(seq, 8);
  return message;
}

function ifinfomsg(ifindex: number, flags: number, change: number): Buffer {
  const bytes = Buffer.alloc(IFINFOMSG_BYTES);
  bytes.writeInt32LE(ifindex, 4);
  bytes.writeUInt32LE(flags, 8);
  bytes.writeUInt32LE(change, 12);
  return bytes;
}

/** `ip link set` up, by index; index 1 is the loopback of every network namespace. */
export const linkUpMessage = (link: { ifindex: number; seq: number }): Buffer =>
  netlinkMessage(RTM_NEWLINK, NLM_F.REQUEST | NLM_F.ACK, link.seq, [ifinfomsg(link.ifindex, IFF_UP, IFF_UP)]);

export const dumpLinksMessage = (seq: number): Buffer =>
  netlinkMessage(RTM_GETLINK, NLM_F.REQUEST | NLM_F.DUMP, seq, [ifinfomsg(0, 0, 0)]);

export type NetlinkReply =
  | { type: 'ack'; errno: number }
  | { type: 'done' }
  | { type: 'link'; ifindex: number; name: string; up: boolean }
  | { type: 'other'; messageType: number };

/** All messages of one datagram. */
export function parseNetlinkReplies(datagram: Buffer): NetlinkReply[] {
  const replies: NetlinkReply[] = [];
  for (let offset = 0; offset + NLMSG_HEADER_BYTES <= datagram.length;) {
    const length = datagram.readUInt32LE(offset);
    if (length < NLMSG_HEADER_BYTES || offset + length > datagram.length) {
      throw new RangeError(`A netlink message claims ${length} bytes at offset ${offset} of ${datagram.length}.`);
    }
    replies.push(parseReply(datagram.subarray(offset, offset + length)));
    offset += padded(length);
  }
  return replies;
}

function parseReply(message: Buffer): NetlinkReply {
  const messageType = message.readUInt16LE(4);
  if (messageType === NLMSG_DONE) return { type: 'done' };
  if (messageType === NLMSG_ERROR) return { type: 'ack', errno: -message.readInt32LE(NLMSG_HEADER_BYTES) };
  if (messageType !== RTM_NEWLINK) return { type: 'other', messageType };
  const name = findAttribute(message, NLMSG_HEADER_BYTES + IFINFOMSG_BYTES, IFLA_IFNAME);
  return {
    type: 'link',
    ifindex: message.readInt32LE(NLMSG_HEADER_BYTES + 4),
    up: (message.readUInt32LE(NLMSG_HEADER_BYTES + 8) & IFF_UP) !== 0,
    name: name === undefined ? '' : name.toString('latin1').replace(/\0+$/, ''),
  };
}

function findAttribute(message: Buffer, start: number, wanted: number): Buffer | undefined {
  for (let offset = start; offset + ATTRIBUTE_HEADER_BYTES <= message.length;) {
    const length = message.readUInt16LE(offset);
    if (length < ATTRIBUTE_HEADER_BYTES) return undefined;
    if (message.readUInt16LE(offset + 2) === wanted) {
      return message.subarray(offset + ATTRIBUTE_HEADER_BYTES, offset + length);
    }
    offset += padded(length);
  }
  return undefined;
}

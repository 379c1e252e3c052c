import { expect, test } from 'vitest';
import { linkUpMessage, netlinkAttribute, parseNetlinkReplies } from './netlink-message.ts';

test('an attribute too long for its 16-bit length is refused, not wrapped', () => {
  expect(netlinkAttribute(1, new Uint8Array(65_531)).readUInt16LE(0)).toBe(65_535);
  expect(() => netlinkAttribute(1, new Uint8Array(65_532))).toThrow(RangeError);
  expect(() => netlinkAttribute(1, new Uint8Array(70_000))).toThrow('at most 65531 bytes, not 70000');
});

test('an attribute is padded to four bytes, and its length does not count the padding', () => {
  expect(netlinkAttribute(3, Buffer.from('lo\0'))).toEqual(Buffer.from([7, 0, 3, 0, 0x6c, 0x6f, 0, 0]));
});

test('bringing up the loopback is the message that ip(8) sends', () => {
  expect(linkUpMessage({ ifindex: 1, seq: 7 }).toString('hex')).toBe(
    '20000000' + '1000' + '0500' + '07000000' + '00000000' + '00000000' + '01000000' + '01000000' + '01000000',
  );
});

test('a refusal carries its errno, and a datagram may hold several messages', () => {
  const refusal = Buffer.alloc(36);
  refusal.writeUInt32LE(36, 0);
  refusal.writeUInt16LE(2, 4);
  refusal.writeInt32LE(-19, 16);
  expect(parseNetlinkReplies(Buffer.concat([refusal, refusal]))).toEqual([
    { type: 'ack', errno: 19 },
    { type: 'ack', errno: 19 },
  ]);
});

test('a message that claims more bytes than came is an error, not an endless loop', () => {
  const short = Buffer.alloc(16);
  expect(() => parseNetlinkReplies(short)).toThrow(RangeError);
  short.writeUInt32LE(400, 0);
  expect(() => parseNetlinkReplies(short)).toThrow(RangeError);
});

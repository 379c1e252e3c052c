import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONTROL_MESSAGE, CONTROL_REQUEST, MESSAGE, REQUEST } from './control-layout.ts';
import { connectShim, LaunchFailedError, ShimGoneError, ShimRefusedError, type ShimClient } from './shim-client.ts';

const PHASE = { created: 1, running: 2, exited: 3 };

let directory: string;
let server: Server;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vitrine-control-'));
  server = createServer();
  server.listen(join(directory, 'control.sock'));
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

function message(fields: Partial<Record<Exclude<keyof typeof CONTROL_MESSAGE, 'size_of'>, number>>): Buffer {
  const bytes = Buffer.alloc(CONTROL_MESSAGE.size_of);
  for (const [field, value] of Object.entries(fields)) {
    const at = CONTROL_MESSAGE[field as keyof typeof fields];
    if (field === 'id' || field.endsWith('_ns')) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeInt32LE(value, at);
  }
  return bytes;
}

const typeOf = (request: Buffer): number => request.readUInt32LE(CONTROL_REQUEST.type);
const idOf = (request: Buffer): number => Number(request.readBigUInt64LE(CONTROL_REQUEST.id));

/** A shim of TypeScript: subscribed to at once, then it waits for the test. */
async function connected(): Promise<{ client: ShimClient; shim: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const connecting = connectShim(directory);
  const [shim] = await accepted;
  const [request] = (await once(shim, 'data')) as [Buffer];
  expect(typeOf(request)).toBe(REQUEST.SUBSCRIBE);
  shim.write(message({ type: MESSAGE.REPLY, id: idOf(request), phase: PHASE.running, pid: 12 }));
  const client = await connecting;
  if (client === undefined) throw new Error('The shim was there, and was not found.');
  return { client, shim };
}

test('answers find their questions, in whatever pieces they come', async () => {
  const { client, shim } = await connected();
  const asked = [client.state(), client.state()];
  const received: Buffer[] = [];
  while (Buffer.concat(received).length < 2 * CONTROL_REQUEST.size_of)
    received.push(((await once(shim, 'data')) as [Buffer])[0]);
  const requests = Buffer.concat(received);
  const replies = [requests.subarray(CONTROL_REQUEST.size_of), requests].map((request, index) =>
    message({ type: MESSAGE.REPLY, id: idOf(request), phase: PHASE.running, pid: 100 + index }),
  );
  const stream = Buffer.concat(replies);
  shim.write(stream.subarray(0, 50));
  shim.write(stream.subarray(50));
  expect((await Promise.all(asked)).map(({ pid }) => pid)).toEqual([101, 100]);
  client.close();
});

test('a refusal is an error that names what was refused', async () => {
  const { client, shim } = await connected();
  const killed = client.kill(9);
  const [request] = (await once(shim, 'data')) as [Buffer];
  expect([typeOf(request), request.readInt32LE(CONTROL_REQUEST.argument)]).toEqual([REQUEST.KILL, 9]);
  shim.write(message({ type: MESSAGE.REPLY, id: idOf(request), phase: PHASE.running, result: -3 }));
  await expect(killed).rejects.toThrow(ShimRefusedError);
  await expect(killed).rejects.toThrow(/send signal 9: ESRCH/);
  client.close();
});

test('a shim that ends while it is asked is said to be gone, and so is one that is asked afterwards', async () => {
  const { client, shim } = await connected();
  const asked = client.state();
  await once(shim, 'data');
  shim.destroy();
  await expect(asked).rejects.toThrow(ShimGoneError);
  await expect(client.state()).rejects.toThrow(ShimGoneError);
});

test('a start that fails at a step tells which', async () => {
  const { client, shim } = await connected();
  const started = client.start();
  await once(shim, 'data');
  shim.end(message({ type: MESSAGE.LAUNCH_FAILED, result: -2, failed_side: 2, failed_index: 17 }));
  await expect(started).rejects.toThrow(LaunchFailedError);
  await expect(started).rejects.toMatchObject({ failure: { side: 'child', index: 17, errno: 'ENOENT' } });
});

test('the end of the container is told with its record, then the connection ends', async () => {
  const { client, shim } = await connected();
  const told: string[] = [];
  client.on('exited', ({ code }) => told.push(`exited ${code}`));
  client.on('closed', () => told.push('closed'));
  shim.end(message({ type: MESSAGE.EXITED, phase: PHASE.exited, wait_status: 5 << 8, ended_ns: 1 }));
  await once(client, 'closed');
  expect(told).toEqual(['exited 5', 'closed']);
});

test('where nobody listens there is no shim, and that is no error', async () => {
  server.close();
  expect(await connectShim(directory)).toBeUndefined();
  expect(await connectShim(join(directory, 'absent'))).toBeUndefined();
});

test('a shim that hangs up on us was about to end: it is not there', async () => {
  server.once('connection', (socket: Socket) => socket.destroy());
  expect(await connectShim(directory)).toBeUndefined();
});

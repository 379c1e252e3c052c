import { createServer, connect, type Socket } from 'node:net';
import { runToEnd } from './part.ts';

/**
 * A network cable between this machine and a network namespace made for one agent. Cutting it takes the link down, so
 * that packets vanish as they do when somebody pulls a plug: no connection is closed and nobody is told.
 */
export interface Wire extends AsyncDisposable {
  readonly netns: string;
  /** The hub's address as the far end sees it. */
  readonly hubUrl: string;
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
}

/** The hub listens on the loopback only; here its port is offered at the cable's near end. */
async function offer(address: string, hubUrl: string): Promise<{ port: number; close: () => Promise<void> }> {
  const { hostname, port } = new URL(hubUrl);
  const open = new Set<Socket>();
  const server = createServer((far) => {
    const near = connect(Number(port), hostname);
    for (const socket of [far, near]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        far.destroy();
        near.destroy();
      });
    }
    far.pipe(near).pipe(far);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return {
    port: at.port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `word`: unique on this machine. `subnet`: the third octet of 10.231.x.0/24. */
export async function layWire(word: string, subnet: number, hubUrl: string): Promise<Wire> {
  const [near, far] = [`10.231.${subnet}.1`, `10.231.${subnet}.2`];
  // Interface names end at 15 characters.
  const link = `vt${word.slice(-6)}`;
  await using undo = new AsyncDisposableStack();
  const ip = (...args: string[]): Promise<string> => runToEnd(['ip', ...args]);
  await ip('netns', 'add', word);
  undo.defer(async () => {
    await ip('netns', 'delete', word);
  });
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', word);
  await ip('addr', 'add', `${near}/24`, 'dev', link);
  await ip('link', 'set', link, 'up');
  await ip('-n', word, 'addr', 'add', `${far}/24`, 'dev', 'eth0');
  await ip('-n', word, 'link', 'set', 'lo', 'up');
  await ip('-n', word, 'link', 'set', 'eth0', 'up');
  const { port, close } = await offer(near, hubUrl);
  undo.defer(close);
  const laid = undo.move();
  return {
    netns: word,
    hubUrl: `http://${near}:${port}`,
    cut: async () => {
      await ip('-n', word, 'link', 'set', 'eth0', 'down');
    },
    mend: async () => {
      await ip('-n', word, 'link', 'set', 'eth0', 'up');
    },
    [Symbol.asyncDispose]: () => laid.disposeAsync(),
  };
}

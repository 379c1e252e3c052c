/** Runs inside a lab's network namespace: TCP on ADDRESS, any port, to a unix socket. Says the port on its first line. */
import { connect, createServer } from 'node:net';

const [address = '', socketPath = ''] = process.argv.slice(2);

const server = createServer((inner) => {
  const outer = connect(socketPath);
  inner.pipe(outer).pipe(inner);
  inner.on('error', () => outer.destroy());
  outer.on('error', () => inner.destroy());
  inner.on('close', () => outer.destroy());
  outer.on('close', () => inner.destroy());
});

server.listen(0, address, () => {
  const bound = server.address();
  process.stdout.write(`${typeof bound === 'object' && bound !== null ? bound.port : 0}\n`);
});

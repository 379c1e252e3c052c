/** Runs inside a lab guest: does what comes over the serial line, and tells what came of it. See boot-lab.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, openSync, writeSync } from 'node:fs';
import { type LabReply, type LabRequest, LineCutter } from './lab-line.ts';

const serialLine = process.argv[2] ?? '/dev/ttyS0';
const out = openSync(serialLine, 'w');
const running = new Map<number, ChildProcess>();

function say(reply: LabReply): void {
  const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
}

function start({ id, argv: [program = '', ...args], env, cwd }: Extract<LabRequest, { type: 'start' }>): void {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.set(id, child);
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (bytes: Buffer) => say({ type: 'output', id, stream, base64: bytes.toString('base64') }));
  }
  child.once('error', (error) => say({ type: 'exited', id, code: null, signal: null, error: error.message }));
  // 'close' comes after the last output, 'exit' may not.
  child.once('close', (code, signal) => say({ type: 'exited', id, code, signal, error: null }));
}

function obey(request: LabRequest): void {
  switch (request.type) {
    case 'start':
      return start(request);
    case 'signal':
      running.get(request.id)?.kill(request.signal);
      return;
    case 'power-off':
      process.exit(0);
  }
}

const lines = new LineCutter();
createReadStream(serialLine, { encoding: 'utf8', highWaterMark: 4096 }).on('data', (piece) => {
  for (const line of lines.cut(String(piece))) obey(JSON.parse(line) as LabRequest);
});
say({ type: 'ready' });

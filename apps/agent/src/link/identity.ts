import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { challengeText, DomainError, HostId } from '@vitrine/protocol';
import { z } from 'zod';
import { findText, writeDurably } from '../records/durable-file.ts';

const Enrolled = z.object({ hostId: HostId, hubUrl: z.string() });
export type Enrolled = z.infer<typeof Enrolled>;

/** Who this host is: an Ed25519 key that never leaves the state directory (0600), and the id that a hub gave to its public half. */
export class Identity {
  readonly #stateDir: string;
  readonly #key: KeyObject;
  #enrolled: Enrolled | undefined;

  private constructor(stateDir: string, key: KeyObject, enrolled: Enrolled | undefined) {
    this.#stateDir = stateDir;
    this.#key = key;
    this.#enrolled = enrolled;
  }

  static async open(stateDir: string): Promise<Identity> {
    const keyFile = path.join(stateDir, 'agent.key');
    const text = await findText(keyFile);
    const key = text === undefined ? generateKeyPairSync('ed25519').privateKey : createPrivateKey(text);
    if (text === undefined) await writeDurably(keyFile, key.export({ type: 'pkcs8', format: 'pem' }), 0o600);
    const enrolled = await findText(path.join(stateDir, 'host.json'));
    return new Identity(stateDir, key, enrolled === undefined ? undefined : parseEnrolled(stateDir, enrolled));
  }

  /** Reads anew to which hub this host belongs: "vitrine join" may have been run beside this agent. */
  reload(): Enrolled | undefined {
    try {
      this.#enrolled = parseEnrolled(this.#stateDir, readFileSync(path.join(this.#stateDir, 'host.json'), 'utf8'));
    } catch {
      // Not there, or not whole: what is known stays.
    }
    return this.#enrolled;
  }

  get enrolled(): Enrolled | undefined {
    return this.#enrolled;
  }

  /** The public key's raw 32 bytes, base64url. */
  publicKey(): string {
    const { x } = createPublicKey(this.#key).export({ format: 'jwk' });
    if (x === undefined) throw new Error('an Ed25519 key has an x');
    return x;
  }

  async remember(enrolled: Enrolled): Promise<void> {
    await writeDurably(path.join(this.#stateDir, 'host.json'), JSON.stringify(enrolled));
    this.#enrolled = enrolled;
  }

  async forget(): Promise<void> {
    await rm(path.join(this.#stateDir, 'host.json'), { force: true });
    this.#enrolled = undefined;
  }

  answerChallenge(hostId: HostId, nonce: string): string {
    return sign(null, Buffer.from(challengeText(hostId, nonce)), this.#key).toString('base64url');
  }
}

function parseEnrolled(stateDir: string, text: string): Enrolled {
  try {
    return Enrolled.parse(JSON.parse(text));
  } catch (cause) {
    throw new DomainError('precondition-failed', {
      message: `${path.join(stateDir, 'host.json')} does not say to which hub this host belongs.`,
      mend: 'Remove that file, then run "vitrine join" with a new join token.',
      cause,
    });
  }
}

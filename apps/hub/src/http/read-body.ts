import type { IncomingMessage } from 'node:http';
import { DomainError, REQUEST_MAX_BYTES } from '@vitrine/protocol';

const tooLarge = (): DomainError =>
  new DomainError('too-large', {
    message: `The request is larger than ${REQUEST_MAX_BYTES} bytes.`,
    mend: 'Send less at once.',
  });

/** Stops reading at the limit, whatever Content-Length says. */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > REQUEST_MAX_BYTES) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > REQUEST_MAX_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** An object; an empty body is an empty one. */
export async function readJsonObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readBody(request);
  if (text.trim() === '') return {};
  const type = request.headers['content-type'] ?? '';
  // Also keeps HTML forms of other sites out: they cannot send this type.
  if (!/^application\/json\b/i.test(type)) throw notJson(`The content type is "${type}", not "application/json".`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson(`The body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw notJson('The body is not a JSON object.');
  }
  return value as Record<string, unknown>;
}

const notJson = (message: string): DomainError =>
  new DomainError('invalid-input', { message, mend: 'Send one JSON object with "Content-Type: application/json".' });

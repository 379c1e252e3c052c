import type { ServerResponse } from 'node:http';
import { type ErrorBody, HTTP_STATUS } from '@vitrine/protocol';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(body));
}

export const sendError = (response: ServerResponse, body: ErrorBody): void =>
  sendJson(response, HTTP_STATUS[body.code], body);

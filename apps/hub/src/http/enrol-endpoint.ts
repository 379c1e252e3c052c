import type { IncomingMessage, ServerResponse } from 'node:http';
import { EnrolRequest } from '@vitrine/protocol';
import { enrolHost, type Hub, refuseOtherVersions } from '@vitrine/services';
import { z } from 'zod';
import { fromZod } from '../errors.ts';
import { readJsonObject } from './read-body.ts';
import { sendError, sendJson } from './respond.ts';

const AnyVersion = z.looseObject({ protocolVersion: z.number() });

export async function answerEnrol(hub: Hub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJsonObject(request);
  const any = AnyVersion.safeParse(body);
  if (any.success) refuseOtherVersions(any.data.protocolVersion);
  const parsed = EnrolRequest.safeParse(body);
  if (!parsed.success) sendError(response, fromZod(parsed.error));
  else sendJson(response, 200, await enrolHost(hub, parsed.data));
}

import type { Host } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const listHosts = reads<void, Host[]>({ needs: 'viewer' }, ({ hub }) => hub.fleet.hosts());

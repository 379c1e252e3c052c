import { Host, HostRef, Image, RenameHost } from '@vitrine/protocol';
import { getHost, listHosts, listImages, removeHost, renameHost, revokeHost } from '@vitrine/services';
import { z } from 'zod';
import { procedure, rest, router } from './trpc.ts';

export const hostsRouter = router({
  list: procedure
    .meta(rest('GET', '/hosts', 'All hosts, by name'))
    .output(z.array(Host))
    .query(({ ctx }) => listHosts(ctx)),
  get: procedure
    .meta(rest('GET', '/hosts/{hostId}', 'One host'))
    .input(HostRef)
    .output(Host)
    .query(({ ctx, input }) => getHost(ctx, input)),
  images: procedure
    .meta(rest('GET', '/hosts/{hostId}/images', 'The images that a host has'))
    .input(HostRef)
    .output(z.array(Image))
    .query(({ ctx, input }) => listImages(ctx, input)),
  rename: procedure
    .meta(rest('PATCH', '/hosts/{hostId}', 'Rename a host'))
    .input(RenameHost)
    .output(Host)
    .mutation(({ ctx, input }) => renameHost(ctx, input)),
  revoke: procedure
    .meta(rest('POST', '/hosts/{hostId}/revoke', "Refuse a host's key from now on; its containers run on"))
    .input(HostRef)
    .output(Host)
    .mutation(({ ctx, input }) => revokeHost(ctx, input)),
  remove: procedure
    .meta(rest('DELETE', '/hosts/{hostId}', 'Revoke a host and take it off the list'))
    .input(HostRef)
    .output(HostRef)
    .mutation(({ ctx, input }) => removeHost(ctx, input)),
});

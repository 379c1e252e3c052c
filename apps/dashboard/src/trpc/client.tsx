'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  splitLink,
  wsLink,
  type TRPCClient as Client,
} from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '@vitrine/hub/router';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import superjson from 'superjson';
import { ConnectionStatus, useConnectionStatus, type Connection } from './connection.ts';
import { problemOf } from './problem.ts';
import { PromptWebSocket } from './prompt-web-socket.ts';

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();
export { useTRPC };
/** The plain client: subscriptions and calls made once. */
export const useHub = useTRPCClient;

type Link = {
  client: Client<AppRouter>;
  status: ConnectionStatus;
  /** Opens the socket anew: after signing in or out. */ reconnect: () => void;
  close: () => void;
};

/** Half a second, doubled up to five: a hub that restarts is found again quickly, by many browsers at different times. */
const retryDelayMs = (attempt: number): number => Math.min(5000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2);

function openLink(): Link {
  const status = new ConnectionStatus();
  const http = httpBatchLink({ url: '/api/trpc', transformer: superjson });
  if (typeof window === 'undefined') {
    const nothing = (): void => undefined;
    return { client: createTRPCClient<AppRouter>({ links: [http] }), status, reconnect: nothing, close: nothing };
  }
  const socket = createWSClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/api/trpc-ws`,
    retryDelayMs,
    onOpen: () => status.opened(),
    onClose: () => status.closed(),
    onError: () => status.closed(),
    WebSocket: PromptWebSocket,
    keepAlive: { enabled: true, intervalMs: 3000, pongTimeoutMs: 2000 },
    // Nobody who is not signed in needs a socket; the first subscription opens it.
    lazy: { enabled: true, closeMs: 10_000 },
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: wsLink({ client: socket, transformer: superjson }),
        false: http,
      }),
    ],
  });
  const reconnect = (): void => socket.connection?.ws.close();
  return { client, status, reconnect, close: () => void socket.close() };
}

const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && ['internal', 'host-timeout'].includes(problemOf(error).code),
      },
    },
  });

const LinkContext = createContext<Link | null>(null);

function useLink(): Link {
  const link = useContext(LinkContext);
  if (link === null) throw new Error('HubProvider is missing above this component.');
  return link;
}

export const useConnection = (): Connection => useConnectionStatus(useLink().status);
export const useConnectionStatusSink = (): ConnectionStatus => useLink().status;
export const useReconnect = (): (() => void) => useLink().reconnect;

export function HubProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(newQueryClient);
  const [link] = useState(openLink);
  useEffect(() => {
    // A laptop that wakes up learns at once that the socket died.
    const check = (): void => link.reconnect();
    window.addEventListener('online', check);
    return () => window.removeEventListener('online', check);
  }, [link]);
  return (
    <LinkContext value={link}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={link.client} queryClient={queryClient}>
          {children}
        </TRPCProvider>
      </QueryClientProvider>
    </LinkContext>
  );
}

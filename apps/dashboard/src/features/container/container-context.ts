'use client';
import type { ContainerDetail, ContainerRef, Host } from '@vitrine/protocol';
import { createContext, useContext } from 'react';

interface ContainerPageValue {
  containerRef: ContainerRef;
  detail: ContainerDetail;
  hostName: string;
  host: Host | undefined;
  /** When what is shown was last known to be true; null while the host is heard. */
  staleSinceMs: number | null;
}

export const ContainerContext = createContext<ContainerPageValue | null>(null);

/** The container that all parts of the page are about. */
export function useContainerPage(): ContainerPageValue {
  const value = useContext(ContainerContext);
  if (value === null) throw new Error('ContainerPage is missing above this component.');
  return value;
}

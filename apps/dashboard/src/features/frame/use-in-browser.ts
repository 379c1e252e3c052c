import { useSyncExternalStore } from 'react';

const subscribeNothing = () => () => undefined;

/** False while rendered on the server, which knows neither the theme nor the platform: those are drawn once the browser has taken over. */
export const useInBrowser = (): boolean =>
  useSyncExternalStore(
    subscribeNothing,
    () => true,
    () => false,
  );

import { Suspense, type ReactNode } from 'react';
import { AppFrame } from '../../features/frame/app-frame.tsx';

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <Suspense>
      <AppFrame>{children}</AppFrame>
    </Suspense>
  );
}

'use client';
import { Failure } from '../../features/frame/failure.tsx';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return <Failure title="This page failed" error={error} onRetry={reset} />;
}

'use client';
import { ErrorState } from '@vitrine/ui';
import { problemOf } from '../../trpc/problem.ts';

type FailureProps = {
  /** What failed, as in "The images of alpha could not be read". */ title: string;
  error: unknown;
  onRetry?: () => void;
};

/** Anything thrown by the hub, as what failed, why and the mend. */
export function Failure({ title, error, onRetry }: FailureProps) {
  const { message, mend } = problemOf(error);
  return <ErrorState title={title} why={message} mend={mend} onRetry={onRetry} />;
}

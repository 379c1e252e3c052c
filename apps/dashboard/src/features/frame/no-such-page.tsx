'use client';
import { Button, EmptyState } from '@vitrine/ui';
import { MapPinOff } from 'lucide-react';
import Link from 'next/link';

export const NoSuchPage = () => (
  <EmptyState
    icon={MapPinOff}
    title="There is no such page"
    action={
      <Button asChild>
        <Link href="/">To the fleet</Link>
      </Button>
    }
  >
    The address is wrong, or what it named is gone.
  </EmptyState>
);

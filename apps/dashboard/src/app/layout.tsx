import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from '../features/frame/providers.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Vitrine', template: '%s · Vitrine' },
  description: 'Containers on a fleet of Linux hosts, seen as what they are: process trees.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9fafa' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1112' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  // next-themes writes the class before React takes over.
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}

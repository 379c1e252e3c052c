import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // Our packages are TypeScript sources.
  transpilePackages: ['@vitrine/ui', '@vitrine/protocol'],
  // Types are a gate of their own (`typecheck`); checking them here again would double the first start.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
};

export default config;

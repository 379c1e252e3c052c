import { defineConfig } from 'prisma/config';

// Any file that exists: keeps the CLI from downloading the native schema engine, which `generate` never runs.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/sqlite' });

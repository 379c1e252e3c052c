/**
 * Prisma's schema engine as WebAssembly, for the one thing that is needed of it: the SQL between two schemas.
 * The CLI would download a native engine instead. The package imports its .wasm as a module, which Node does not take,
 * so it is loaded by hand.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory, mockMigrationAwareAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

const HEAD = { path: 'head.prisma', content: 'datasource db {\n  provider = "sqlite"\n}\n' };
const asFiles = (models: string): { path: string; content: string }[] => [
  HEAD,
  { path: 'models.prisma', content: models },
];

/** The engine calls this when it panics; it must be there before the first call. */
function panicRegistry(): { set_message(text: string): void; get(): string } {
  let message = '';
  return {
    set_message: (text) => {
      message = text;
    },
    get: () => message,
  };
}

/** As much of it as is used here; its types are the browser's and not loaded. */
interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: { __wbindgen_start(): void } };
}

function start(): void {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = new WebAssembly.Module(readFileSync(join(dirname(script), 'schema_engine_bg.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': engine });
  (engine as unknown as { __wbg_set_wasm(exports: unknown): void }).__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panicRegistry() });
}

/** SQL that turns a database of schema `from` (null: empty) into one of schema `to`; null when they are the same. */
export async function diffSql(from: string | null, to: string): Promise<string | null> {
  start();
  const datamodels = asFiles(to).map(({ path, content }): [string, string] => [path, content]);
  const adapter = bindMigrationAwareSqlAdapterFactory(mockMigrationAwareAdapterFactory('sqlite'));
  const running = await engine.SchemaEngine.new({ datamodels }, () => undefined, adapter);
  try {
    const answer = await running.diff({
      from: from === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: asFiles(from) },
      to: { tag: 'schemaDatamodel', files: asFiles(to) },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return answer.exitCode === 0 ? null : (answer.stdout ?? null);
  } finally {
    running.free();
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { forbidden } from './arrows-map.ts';

/** The rules' verdict on a tree that holds just these files. */
async function violationsIn(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'vitrine-arrows-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { output } = await cruise(['.'], {
      baseDir: root,
      tsPreCompilationDeps: true,
      ruleSet: { forbidden },
      validate: true,
    });
    if (typeof output === 'string') throw new Error('dependency-cruiser answered in text');
    return output.summary.violations.map((violation) => violation.rule.name);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a service that reaches into the runtime is refused', async () => {
  const names = await violationsIn({
    'packages/services/src/start.ts': "import { x } from '../../runtime/src/x.ts';\nexport const y = x;\n",
    'packages/runtime/src/x.ts': 'export const x = 1;\n',
  });

  expect(names).toContain('packages/services imports only its own rooms');
});

test('a protocol that uses Node is refused', async () => {
  const names = await violationsIn({
    'packages/protocol/src/a.ts': "import { join } from 'node:path';\nexport const y = join;\n",
  });

  expect(names).toContain('packages/protocol knows no Node');
});

test('a cycle and a dumping ground are refused', async () => {
  const names = await violationsIn({
    'packages/procfs/src/a.ts': "import { b } from './utils.ts';\nexport const a = () => b;\n",
    'packages/procfs/src/utils.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
  });

  expect(names).toEqual(expect.arrayContaining(['no cycles', 'no dumping grounds']));
});

test('arrows that the map allows pass', async () => {
  const names = await violationsIn({
    'packages/procfs/src/a.ts': "import { k } from '../../kernel/src/k.ts';\nexport const a = k;\n",
    'packages/kernel/src/k.ts': 'export const k = 1;\n',
  });

  expect(names).toEqual([]);
});

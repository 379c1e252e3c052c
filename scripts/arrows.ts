/**
 * The gate over who imports whom. Fails on a forbidden arrow, and also when dependency-cruiser saw fewer modules than
 * there are files: a compiler that it cannot use makes it pass while seeing next to nothing.
 */
import { globSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import { forbidden, options } from './arrows-map.ts';

const FOLDERS = ['apps', 'packages'];
const SKIPPED = /node_modules|\.next|generated|\/dist\//;

const files = globSync(FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx}`)).filter(
  (path) => !SKIPPED.test(path) && !path.endsWith('.d.ts'),
);
const { output } = await cruise(FOLDERS, {
  ...options,
  ruleSet: { forbidden },
  validate: true,
});
if (typeof output === 'string') throw new Error('dependency-cruiser answered in text');

const seen = new Set(output.modules.map((module) => module.source));
const unseen = files.filter((path) => !seen.has(path));
const { violations } = output.summary;

for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`);
for (const path of unseen) console.error(`not seen by dependency-cruiser: ${path}`);
console.log(`${files.length} modules, ${violations.length} forbidden arrows, ${unseen.length} unseen`);
process.exitCode = violations.length + unseen.length === 0 && files.length > 0 ? 0 : 1;

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTROL_MESSAGE, CONTROL_REQUEST } from './control-layout.ts';
import { EXIT_RECORD } from './exit-record.ts';
import { OP, PLAN_HEADER, RELOCATION, STEP } from './plan-layout.ts';
import { sanitizedSelftest } from './selftest-binary.ts';
import { TRACE_HEADER, TRACE_RECORD } from './trace.ts';

const WRITTEN_IN_TYPESCRIPT: Record<string, Record<string, number>> = {
  plan_header: PLAN_HEADER,
  step: STEP,
  relocation: RELOCATION,
  trace_header: TRACE_HEADER,
  trace_record: TRACE_RECORD,
  control_request: CONTROL_REQUEST,
  control_message: CONTROL_MESSAGE,
  exit_record: EXIT_RECORD,
};

test('every field that TypeScript writes or reads stands where the C of the shim has it', () => {
  const lines = execFileSync(sanitizedSelftest(), ['layout'], { encoding: 'utf8' }).trim().split('\n');
  const ours = Object.entries(WRITTEN_IN_TYPESCRIPT).flatMap(([struct, fields]) =>
    Object.entries(fields).map(([field, offset]) => `${struct}.${field} ${offset}`),
  );
  expect(ours).toEqual(lines);
});

test('an operation has the same number on both sides', () => {
  const header = readFileSync(new URL('../c/plan.h', import.meta.url), 'utf8');
  const inC = [...header.matchAll(/^\tOP_([A-Z_]+) = (\d+)/gm)].map(([, name, number]) => [name, Number(number)]);
  expect(Object.entries(OP)).toEqual(inC);
});

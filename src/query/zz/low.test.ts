import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { lowered } from '/work/main/src/query/lower/test-run.ts';
test('x', () => { for (const l of readFileSync('/tmp/p/low.txt','utf8').split('\n').filter(Boolean)) { try { console.log(l+'\n => '+lowered(l).sql); } catch (e) { console.log(l, e); } } });

import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import test from 'ava';
import * as all from '../../src/steps/all.ts';
import {steps} from '../../src/steps/index.ts';
import type {Step} from '../../src/steps/step.ts';

const text = readFileSync(new URL('../../../src/steps/all.ts', import.meta.url), 'utf8');
const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('//'));
const byExport = new Map(Object.entries<Step>(all));

test('each line of the registry is one step, in a file that has its name', t => {
	const files = lines.map(line => {
		const [, exported = '', path = ''] = /^export \{(\w+)\} from '(\S+)\.ts';$/.exec(line) ?? [];
		return [byExport.get(exported)?.name, basename(path)];
	});
	t.deepEqual(
		files.filter(([name, file]) => name !== file),
		[],
	);
	t.is(files.length, steps.size);
});

test('steps are listed in alphabetical order', t => {
	t.deepEqual([...steps.keys()], [...steps.keys()].sort());
});

import {readFileSync} from 'node:fs';
import test from 'ava';
import {filesOnDisk} from '../../src/playbook/files.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import {steps} from '../../src/steps/index.ts';
import {stepText} from '../../src/views/doc.ts';
import {parseYaml} from '../../src/yaml/document.ts';

/** Whatever file an example names. */
const files = {...filesOnDisk(), find: (file: string) => file, text: () => 'a text'};

function taskOf(example: string) {
	const text = `- hosts: kvm1\n  tasks:\n    - ${example}\n`;
	return () => readPlaybook(parseYaml('example.yml', text), steps, files);
}

test('every step has examples, and they are valid', t => {
	for (const {name, examples} of steps.values()) {
		t.true(examples.length > 0, name);
		for (const example of examples) t.notThrows(taskOf(example), example);
	}
});

test('docs/steps.md has every command that is a step, and says truly what is taken back', t => {
	const text = readFileSync(new URL('../../../docs/steps.md', import.meta.url), 'utf8');
	const rows = [...text.matchAll(/^\| `(\S+) (\S+)` \| `((\w+): .*?)` \| (.*) \|$/gm)];
	const commands = [...steps.keys()].filter(name => /^(virsh|qemu_img)_/.test(name));
	t.deepEqual(rows.map(([, , , , name = '']) => name).sort(), commands.sort());
	for (const [, program = '', subcommand = '', example = '', name = '', undone = ''] of rows) {
		const step = steps.get(name);
		t.is(name, `${program}_${subcommand}`.replaceAll('-', '_'));
		t.notThrows(taskOf(example), example);
		t.is(undone.startsWith('nothing: '), step !== undefined && !('undo' in step), name);
		t.is(/\bit reads\b/.test(undone), step?.kind === 'action' && step.effect === 'read', name);
		if (step !== undefined) t.true(stepText(step).startsWith(`${name}: `));
	}
});

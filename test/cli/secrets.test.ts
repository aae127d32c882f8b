import {execFile} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {quoteArgv} from '../../src/shell/quote.ts';
import {encrypted} from '../vault/encrypt.ts';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

/** Each task gets a secret in a way of its own, and most print it; not by `echo`, which changes it in some shells. */
const playbook = `
- hosts: web1
  vars_files: [vaulted.yml]
  tasks:
    - command: {argv: [cat], stdin: "{{ vaulted }}"}
      register: input
    - debug: "{{ input.stdout }}"
    - command: {argv: [sh, -c, 'printf "%s\\n" "$TOKEN"; printf %s "$TOKEN" | base64 -w0; printf %s "$TOKEN" >&2; exit 3']}
      environment: {TOKEN: "{{ vaulted }}"}
      register: environment
      ignore_errors: true
    - debug: {var: environment}
    - command: {argv: [echo, "{{ db_password }}"]}
      undo: [echo, undone]
      register: argument
    - debug: "{{ argument.stdout }}"
      loop: ["{{ db_password }}"]
    - command: {argv: [echo, "{{ vaulted }}"]}
      ignore_errors: true
    - command: {argv: ["no-such-{{ db_password }}"]}
      ignore_errors: true
    - command: {argv: [echo, hello]}
      undo: [rm, "{{ db_password }}"]
      ignore_errors: true
    - set_fact: {kept: "{{ vaulted }}"}
    - debug: "{{ vaulted }} {{ db_password }} {{ ansible_become_password }} {{ kept }}"
    - command: {argv: [cat], stdin: "{{ vaulted }}"}
      no_log: true
    - fail: {msg: "{{ vaulted }} {{ db_password }} {{ ansible_become_password }}"}
`;

type Secrets = {readonly vaulted: string; readonly given: string; readonly become: string};

/** Quotes, escapes, blanks and other letters: all that a text may be shown in another form for. */
const secret = fc.string({
	unit: fc.constantFrom(...`abcdXYZ0189'"\\$\`&;<>*?()#!~/+=ü€ `),
	minLength: 9,
	maxLength: 40,
});

async function vacate(cwd: string, ...args: readonly string[]): Promise<string> {
	return new Promise(resolve => {
		execFile(process.execPath, [program, ...args], {cwd}, (_error, stdout, stderr) => resolve(stdout + stderr));
	});
}

/** Everything that the program says and writes when it is given secrets in every way that there is. */
async function everything({vaulted, given, become}: Secrets): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-secrets-'));
	try {
		const inventory = {all: {hosts: {web1: {ansible_connection: 'local', ansible_become_password: become}}}};
		const inputs: Readonly<Record<string, string>> = {
			'inventory.yml': JSON.stringify(inventory),
			'play.yml': playbook,
			pw: 'swordfish',
			'vaulted.yml': encrypted(JSON.stringify({vaulted}), 'swordfish'),
		};
		for (const [name, text] of Object.entries(inputs)) await writeFile(join(folder, name), text);
		const opens = ['--vault-password-file', 'pw'];
		const extra = ['-e', JSON.stringify({db_password: given})];
		const input = ['play.yml', '-i', 'inventory.yml', ...opens, ...extra];
		const said = [
			await vacate(folder, 'run', ...input, '-vvv'),
			await vacate(folder, 'run', ...input, '--json'),
			await vacate(folder, 'plan', ...input, '-o', 'plan.out.yml'),
			await vacate(folder, 'show', 'plan.out.yml'),
			await vacate(folder, 'status', 'last', ...extra),
			await vacate(folder, 'undo', 'last', ...extra),
		];
		const files = (await readdir(folder, {recursive: true, withFileTypes: true})).filter(
			file => file.isFile() && !Object.hasOwn(inputs, file.name),
		);
		const written = files.map(({parentPath, name}) => readFile(join(parentPath, name), 'utf8'));
		return [...said, ...(await Promise.all(written))].join('\n');
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

test('a secret shows in nothing that is said or written, also when a command prints it', async t => {
	const secrets = fc.record({vaulted: secret, given: secret, become: secret});
	await fc.assert(
		fc.asyncProperty(secrets, async given => {
			const all = await everything(given);
			t.true(all.includes('***') && all.includes('no_log') && all.includes('"type":"run-ended"'), all);
			for (const [name, text] of Object.entries(given)) {
				const forms = [
					text,
					JSON.stringify(text).slice(1, -1),
					Buffer.from(text).toString('base64'),
					quoteArgv([text]),
				];
				for (const form of forms) {
					const at = all.indexOf(form);
					t.is(at, -1, `${name} ${form}: ${all.slice(Math.max(0, at - 300), at + 60)}`);
				}
			}
		}),
		{numRuns: 3},
	);
});

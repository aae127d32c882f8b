import test from 'ava';
import {unsettledOf} from '../src/engine/go-on.ts';
import type {Journal, Record} from '../src/engine/ports.ts';
import {replay} from '../src/engine/replay.ts';
import type {Shell} from '../src/shell/shell.ts';
import {steps} from '../src/steps/index.ts';
import {FakeShell} from './fakes/fake-shell.ts';
import {run} from './fakes/runner.ts';
import {FakeWorld} from './fakes/world.ts';

/** Law 6: whenever a run dies, resume brings the world to where the run would have brought it, and nothing is done twice. */

const guests = (world: FakeWorld) => {
	world.guest('kvm1', 'web1');
	world.guest('kvm1', 'db1', {formats: ['qcow2', 'raw'], autostart: true});
	world.guest('kvm1', 'idle', {formats: [], state: 'paused'});
};

const playbooks = [
	{
		title: 'an evacuation',
		text: '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "kvm2,kvm3"}\n',
	},
	{
		title: 'an evacuation that ends with its virsh',
		text: '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "kvm2,kvm3", migrate: {mode: managed}}\n',
	},
	{
		title: 'an image and a move',
		text: `
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}
    - migrate: {guest: web1, to: kvm2}
`,
	},
	{
		title: 'a failure that is taken back',
		fails: true,
		text: `
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}
    - assert: {that: ["{{ false }}"]}
`,
	},
];

/** When a controller dies: before its n-th act, or after it and before it hears of it. */
type Death = {readonly nth: number; readonly when: 'before' | 'after'};

/** A controller's journal and shell, which end with it: what was begun never comes back. */
class Controller {
	readonly records: Record[] = [];
	readonly died: Promise<void>;
	#acts = 0;
	#dead = false;
	#die: () => void = () => {};
	readonly #death: Death | undefined;

	constructor(death?: Death) {
		this.#death = death;
		this.died = new Promise(resolve => {
			this.#die = resolve;
		});
	}

	get journal(): Journal {
		return {append: record => this.#act(async () => void this.records.push(record))};
	}

	shell(inner: Shell): Shell {
		return {run: (command, options) => this.#act(() => inner.run(command, options)), close: async () => {}};
	}

	async #act<T>(work: () => Promise<T>): Promise<T> {
		const forever = new Promise<never>(() => {});
		this.#acts += 1;
		const last = this.#acts === this.#death?.nth;
		if (this.#dead || (last && this.#death?.when === 'before')) return this.#end(forever);
		const done = await work();
		return last || this.#dead ? this.#end(forever) : done;
	}

	#end<T>(forever: Promise<T>): Promise<T> {
		this.#dead = true;
		this.#die();
		return forever;
	}
}

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	guests(world);
	return world;
}

type HostSnapshot = {
	readonly domains: readonly {readonly name: string}[];
	readonly files: readonly {readonly path: string}[];
};

/** The host that is emptied, and the others as one: to which of them a guest goes may differ. */
function snapshotOf(world: FakeWorld): object {
	const {kvm1, ...others} = world.snapshot() as {readonly [host: string]: HostSnapshot};
	const all = Object.values(others);
	return {
		kvm1,
		domains: all.flatMap(({domains}) => domains).sort((a, b) => (a.name < b.name ? -1 : 1)),
		files: all.flatMap(({files}) => files).sort((a, b) => (a.path < b.path ? -1 : 1)),
	};
}

for (const {title, text, fails = false} of playbooks) {
	for (const when of ['before', 'after'] as const) {
		test(`${title}: killed ${when} each of its acts, resumed`, async t => {
			const whole = new FakeShell(newWorld());
			await run(text, {shell: whole});
			const expected = snapshotOf(whole.world);
			let survived = false;
			for (let nth = 1; !survived; nth++) {
				const shell = new FakeShell(newWorld());
				const first = new Controller({nth, when});
				const running = run(text, {shell: first.shell(shell), input: {journal: first.journal}});
				survived = (await Promise.race([running, first.died])) !== undefined;
				const {records} = first;
				// Before its first record it has done nothing.
				if (records.length === 0) continue;
				const second = new Controller();
				const told = `${when} act ${nth}: ${JSON.stringify(records.at(-1))}`;
				const before = replay(records);
				if (before.exitCode === undefined) {
					const {recap} = await run(text, {shell: second.shell(shell), input: {journal: second.journal, before}});
					t.is(recap.exitCode === 0, !fails, `${told} ${JSON.stringify(second.records.slice(-3))}`);
				}
				t.deepEqual(shell.broken, [], told);
				t.deepEqual(snapshotOf(shell.world), expected, told);
				const again = replay([...records, ...second.records]);
				t.deepEqual(unsettledOf(again, steps), [], told);
			}
		});
	}
}

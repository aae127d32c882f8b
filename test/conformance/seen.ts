/** What a program has made of a playbook, in words that both have in common. */
export type Seen = {
	/** For each host what was done for it, in order. */
	readonly hosts: Readonly<Record<string, readonly string[]>>;
	/** The tasks in the order in which they began. */
	readonly tasks: readonly string[];
	/** What it listed, a line each. */
	readonly listed: readonly string[];
	readonly ended: 'well' | 'failed' | 'refused';
	/** What it said to people, for who looks into a difference. */
	readonly said: string;
};

type Result = {
	readonly host: string;
	readonly task: string;
	readonly outcome: string;
	readonly item?: unknown;
	readonly ignored: boolean;
	readonly msg?: unknown;
};

/** How one result reads. Only what a playbook itself says is compared, not each program's own words. */
function lineOf({task, outcome, item, ignored, msg}: Result): string {
	const of = item === undefined ? '' : ` (${JSON.stringify(item)})`;
	const said = msg === undefined ? '' : `: ${JSON.stringify(msg)}`;
	return `${task}${of}: ${outcome}${ignored ? ', ignored' : ''}${said}`;
}

function byHost(results: readonly Result[]): Seen['hosts'] {
	const hosts: Record<string, string[]> = {};
	for (const result of results) {
		const lines = hosts[result.host] ?? [];
		lines.push(lineOf(result));
		hosts[result.host] = lines;
	}
	return hosts;
}

type Line = {readonly [key: string]: unknown};

function linesOf(stdout: string): readonly Line[] {
	return stdout
		.split('\n')
		.filter(line => line.startsWith('{'))
		.map(line => JSON.parse(line) as Line);
}

/** The lines of `--list-hosts` and its kin. */
function listedIn(stdout: string): readonly string[] {
	const lines = stdout.split('\n').filter(line => line.trim() !== '');
	if (!lines.some(line => line.startsWith('  play #'))) return [];
	// Ansible lists hosts in no order.
	const places = lines.flatMap((line, index) => (/^ {6}\S+$/.test(line) ? [index] : []));
	const hosts = new Map(
		groupsOf(places).flatMap(group => {
			const sorted = group.map(index => lines[index] ?? '').sort();
			return group.map((index, at): [number, string] => [index, sorted[at] ?? '']);
		}),
	);
	return lines.map((line, index) =>
		(hosts.get(index) ?? line).replace(
			/(TAGS: )\[(\S+)\]$/,
			(_all, head, tags: string) => `${head}[${tags.split(',').sort().join(',')}]`,
		),
	);
}

/** Numbers that follow each other, together. */
function groupsOf(numbers: readonly number[]): readonly (readonly number[])[] {
	const groups: number[][] = [];
	for (const number of numbers) {
		const last = groups.at(-1);
		if (last?.at(-1) === number - 1) last.push(number);
		else groups.push([number]);
	}
	return groups;
}

/** Steps whose `msg` is the playbook's own. */
const speaking = /^(ansible\.builtin\.)?debug$/;

/** What ansible-playbook has done, by the lines of its callback. */
export function seenByAnsible(stdout: string, stderr: string, code: number | null): Seen {
	const lines = linesOf(stdout);
	const results = lines
		.filter(({type, item, looped}) => type === 'result' && (item !== null || looped !== true))
		.map(
			(line): Result => ({
				host: String(line.host),
				task: String(line.task),
				outcome: String(line.outcome),
				ignored: line.ignored === true,
				...(line.item === null ? {} : {item: (line.item as readonly unknown[])[0]}),
				...(speaking.test(String(line.action)) && line.outcome === 'ok' ? {msg: line.msg} : {}),
			}),
		);
	const tasks = lines.filter(({type}) => type === 'task').map(({name}) => String(name));
	const refused = code !== 0 && results.length === 0;
	return {
		hosts: byHost(results),
		tasks,
		listed: listedIn(stdout),
		ended: refused ? 'refused' : code === 0 ? 'well' : 'failed',
		said: `${stderr}${stdout
			.split('\n')
			.filter(line => !line.startsWith('{'))
			.join('\n')}`,
	};
}

type Ended = {
	readonly type: 'action-ended';
	readonly action: {readonly id: string; readonly step: string; readonly item?: unknown};
	readonly outcome: string;
	readonly ignored?: boolean;
	readonly result?: {readonly msg?: unknown};
};

/** What vacate has done, by its events. */
export function seenByVacate(stdout: string, stderr: string, code: number | null): Seen {
	const lines = linesOf(stdout);
	const started = lines.filter(({type}) => type === 'task-started');
	const names = new Map<string, string>();
	const results = lines.flatMap((line): readonly Result[] => {
		// A name may hold expressions: it is what it was when the task began.
		if (line.type === 'task-started') names.set(String(line.task), String(line.name));
		if (line.type !== 'action-ended' || line.outcome === 'undone') return [];
		const {action, outcome, ignored = false, result} = line as unknown as Ended;
		const {item} = action;
		const [, task = '', host = ''] = /^(.*)@([^#~]+)(#\d+)?(~\d+)?$/.exec(action.id) ?? [];
		const msg = speaking.test(action.step) && outcome === 'ok' ? {msg: result?.msg} : {};
		return [{host, task: names.get(task) ?? task, outcome, ignored, ...(item === undefined ? {} : {item}), ...msg}];
	});
	return {
		hosts: byHost(results),
		tasks: started.map(({name}) => String(name)),
		listed: listedIn(stdout),
		ended: code === 0 ? 'well' : code === 2 ? 'refused' : 'failed',
		said: stderr,
	};
}

/** In what two runs differ, a line each; none when they are the same. */
export function differences(ansible: Seen, vacate: Seen, unordered: boolean): readonly string[] {
	const hosts = [...new Set([...Object.keys(ansible.hosts), ...Object.keys(vacate.hosts)])].sort();
	const inHosts = hosts.flatMap(host => differ(host, ansible.hosts[host] ?? [], vacate.hosts[host] ?? []));
	return [
		...(ansible.ended === vacate.ended ? [] : [`ends: ansible ${ansible.ended}, vacate ${vacate.ended}`]),
		...inHosts,
		...(unordered ? [] : differ('order of tasks', ansible.tasks, vacate.tasks)),
		...differ('list', ansible.listed, vacate.listed),
	];
}

function differ(what: string, ansible: readonly string[], vacate: readonly string[]): readonly string[] {
	if (JSON.stringify(ansible) === JSON.stringify(vacate)) return [];
	const at = ansible.findIndex((line, index) => line !== vacate[index]);
	const first = at < 0 ? ansible.length : at;
	return [`${what}: ansible «${ansible[first] ?? 'nothing more'}», vacate «${vacate[first] ?? 'nothing more'}»`];
}

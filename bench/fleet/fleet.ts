import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Fleet, type FleetFiles, writeFleet} from './world.ts';

const fleets: readonly Fleet[] = [
	{hosts: 10, guestsPerHost: 20, emptied: 1},
	{hosts: 50, guestsPerHost: 20, emptied: 1},
	{hosts: 200, guestsPerHost: 20, emptied: 1},
	{hosts: 500, guestsPerHost: 20, emptied: 1},
	{hosts: 100, guestsPerHost: 20, emptied: 10},
	{hosts: 500, guestsPerHost: 20, emptied: 50},
];

type Measured = {
	readonly seconds: number;
	/** As the processors count it: what others do on the machine is not in it. */
	readonly cpuSeconds: number;
	readonly mebibytes: number;
	readonly digest: string;
};

/**
 * Times `vacate plan --facts` as a process, from the start to the written plan, for fleets of growing size, and says how
 * cost grows. Arguments: the number of rounds, and a comma-separated choice of fleets by their index.
 */
export async function main([rounds = '5', choice]: readonly string[]): Promise<void> {
	const chosen = choice === undefined ? fleets : choice.split(',').flatMap(index => fleets[Number(index)] ?? []);
	const folder = await mkdtemp(join(tmpdir(), 'vacate-fleet-'));
	process.stdout.write('hosts  guests  emptied    facts   median          range      CPU   memory\n');
	try {
		for (const fleet of chosen) {
			const files = await writeFleet(join(folder, `${fleet.hosts}-${fleet.emptied}`), fleet);
			const {size} = await stat(files.facts);
			const all = Array.from({length: Number(rounds)}, () => measure(files));
			process.stdout.write(`${row(fleet, size, all)}\n`);
		}
	} finally {
		await rm(folder, {recursive: true});
	}
}

/** One plan in a process of its own. */
function measure({playbook, inventory, facts}: FleetFiles): Measured {
	const program = join(import.meta.dirname, '..', '..', '..', 'dist', 'vacate.js');
	const report =
		"process.on('exit', () => { const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage(); process.stderr.write(JSON.stringify({cpu: userCPUTime + systemCPUTime, maxRSS})); });";
	const begun = performance.now();
	const {status, stdout, stderr} = spawnSync(
		process.execPath,
		[
			'--import',
			`data:text/javascript,${encodeURIComponent(report)}`,
			program,
			'plan',
			playbook,
			'-i',
			inventory,
			'--facts',
			facts,
		],
		{encoding: 'utf8', maxBuffer: 2 ** 30},
	);
	const seconds = (performance.now() - begun) / 1000;
	if (status !== 0) throw new Error(`vacate plan ended with ${status}: ${stderr}${stdout.slice(0, 2000)}`);
	const {cpu, maxRSS} = JSON.parse(stderr) as {cpu: number; maxRSS: number};
	const digest = createHash('sha256').update(stdout).digest('hex');
	return {seconds, cpuSeconds: cpu / 1e6, mebibytes: Math.round(maxRSS / 1024), digest};
}

function row({hosts, guestsPerHost, emptied}: Fleet, factsBytes: number, all: readonly Measured[]): string {
	const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
	const seconds = all.map(one => one.seconds);
	const [{digest = ''} = {}] = all;
	const same = all.every(one => one.digest === digest) ? digest.slice(0, 8) : 'plans differ';
	return [
		String(hosts).padStart(5),
		String(hosts * guestsPerHost).padStart(8),
		String(emptied).padStart(9),
		`${(factsBytes / 1024 ** 2).toFixed(1)} MiB`.padStart(10),
		`${median(seconds).toFixed(2)} s`.padStart(9),
		`${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`.padStart(16),
		`${median(all.map(one => one.cpuSeconds)).toFixed(2)} s`.padStart(9),
		`${Math.max(...all.map(one => one.mebibytes))} MiB`.padStart(9),
		`  ${same}`,
	].join('');
}

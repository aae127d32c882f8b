import {spawnSync} from 'node:child_process';
import {evacuation} from '../../src/placement/cluster.ts';
import {place} from '../../src/placement/place.ts';
import {defaultOptions, schedule} from '../../src/schedule/schedule.ts';
import {fitWindow} from '../../src/schedule/window.ts';
import {generate} from './generate.ts';

const sizes = [1000, 2000, 5000, 10_000];

/** What a plan of 10,000 guests may take. The processors' seconds count, as others may use the machine too. */
const most = {cpuSeconds: 5, mebibytes: 1024};

type Measured = {
	readonly guests: number;
	readonly hosts: number;
	readonly placeSeconds: number;
	readonly scheduleSeconds: number;
	/** Both, on the clock. */
	readonly seconds: number;
	/** Both, as the processors count it: what others do on the machine is not in it. */
	readonly cpuSeconds: number;
	/** Finding out who is left out of a window of half the time. */
	readonly windowSeconds: number;
	readonly mebibytes: number;
	readonly placed: number;
	readonly left: number;
	readonly share: number;
	readonly shareBound: number;
	readonly makespan: number;
	readonly makespanBound: number;
};

/**
 * Plans for half of the hosts of large clusters to be emptied into the other half, each in a process of its own.
 * Ends with 1 when the largest takes too much. A number is that of the rounds.
 */
export async function main(args: readonly string[]): Promise<void> {
	const one = args.indexOf('--one');
	if (one >= 0) {
		process.stdout.write(JSON.stringify(measure(Number(args[one + 1]))));
		return;
	}
	const rounds = Number(args[0] ?? 3);
	process.stdout.write(
		'guests  hosts   place  schedule   whole      CPU  a guest   memory  placed    share (bound)  makespan (bound)   window\n',
	);
	const worst = sizes.map(guests => {
		const all = Array.from({length: rounds}, () => inOwnProcess(guests)).sort((a, b) => a.cpuSeconds - b.cpuSeconds);
		const median = all[Math.floor(all.length / 2)];
		const slowest = all.at(-1);
		if (median === undefined || slowest === undefined) throw new Error('at least one round');
		process.stdout.write(`${row(median)}\n`);
		return {cpuSeconds: slowest.cpuSeconds, mebibytes: Math.max(...all.map(({mebibytes}) => mebibytes))};
	});
	const last = worst.at(-1);
	const isGood = last !== undefined && last.cpuSeconds < most.cpuSeconds && last.mebibytes < most.mebibytes;
	process.stdout.write(
		`\nworst of the largest: ${last?.cpuSeconds.toFixed(2)} s of ${most.cpuSeconds}, ${last?.mebibytes} MiB of ${most.mebibytes}\n`,
	);
	if (!isGood) process.exitCode = 1;
}

function inOwnProcess(guests: number): Measured {
	const [program = ''] = process.argv.slice(1);
	const {status, stdout, stderr} = spawnSync(process.execPath, [program, 'plan', '--one', String(guests)], {
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout) as Measured;
}

function measure(guests: number): Measured {
	const {cluster: generated, sources} = generate(guests);
	const begun = performance.now();
	const cpu = process.cpuUsage();
	const {cluster, request} = evacuation(generated, sources);
	const placement = place(cluster, request);
	const placed = performance.now();
	const limits = {...defaultOptions.limits, total: 2 * sources.length, preparing: sources.length};
	const options = {...defaultOptions, limits};
	const planned = schedule(cluster, placement.moves, options);
	const scheduled = performance.now();
	const {user, system} = process.cpuUsage(cpu);
	const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
	fitWindow(cluster, placement.moves, options, planned.makespanMs / 2);
	return {
		guests,
		hosts: cluster.hosts.length,
		placeSeconds: (placed - begun) / 1000,
		scheduleSeconds: (scheduled - placed) / 1000,
		seconds: (scheduled - begun) / 1000,
		cpuSeconds: (user + system) / 1e6,
		windowSeconds: (performance.now() - scheduled) / 1000,
		mebibytes,
		placed: placement.moves.length - planned.stuck.length,
		left: placement.left.length,
		share: placement.highestShare,
		shareBound: placement.shareBound,
		makespan: planned.makespanMs,
		makespanBound: planned.boundMs,
	};
}

function row(one: Measured): string {
	const seconds = (value: number) => `${value.toFixed(2)} s`;
	const ratio = (value: number, bound: number) => `+${((value / bound - 1) * 100).toFixed(2)} %`;
	return [
		String(one.guests).padStart(6),
		String(one.hosts).padStart(6),
		seconds(one.placeSeconds).padStart(8),
		seconds(one.scheduleSeconds).padStart(10),
		seconds(one.seconds).padStart(8),
		seconds(one.cpuSeconds).padStart(9),
		`${((one.cpuSeconds * 1e6) / one.guests).toFixed(0)} µs`.padStart(9),
		`${one.mebibytes} MiB`.padStart(9),
		String(one.placed).padStart(8),
		`${(one.share * 100).toFixed(1)} % (${ratio(one.share, one.shareBound)})`.padStart(17),
		`${(one.makespan / 3_600_000).toFixed(1)} h (${ratio(one.makespan, one.makespanBound)})`.padStart(18),
		seconds(one.windowSeconds).padStart(9),
	].join('');
}

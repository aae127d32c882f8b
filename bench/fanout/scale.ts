import {execFile, execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {promisify} from 'node:util';
import {read} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';
import {addresses} from './place.ts';

/** What a process of its own has measured of itself. */
export type Scale = {
	readonly seconds: number;
	readonly cpuSeconds: number;
	readonly peakMiB: number;
	readonly stallMs: number;
	readonly tripMs?: number;
	readonly masterMs?: number;
};

const what = process.argv[2] ?? '50';
process.stdout.write(JSON.stringify(what === 'trip' ? await trips() : await fanOut(Number(what))));

/** Ten commands on each host, with the transport alone. */
async function fanOut(count: number): Promise<Scale> {
	const delay = monitorEventLoopDelay({resolution: 5});
	delay.enable();
	const begun = performance.now();
	const shell = openSsh(new Map(addresses(count).map(host => [host, endpointFromVars(host, {})])), localShell());
	await Promise.all(
		addresses(count).map(async host => {
			for (let index = 0; index < 10; index++) {
				const outcome = await shell.run(read(host, ['echo', String(index)]));
				if (outcome.stdout !== `${index}\n`) throw new Error(`${host}: ${JSON.stringify(outcome)}`);
			}
		}),
	);
	await shell.close();
	const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage();
	return {
		seconds: (performance.now() - begun) / 1000,
		cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
		peakMiB: maxRSS / 1024,
		stallMs: delay.max / 1e6,
	};
}

/** One `true` after the other, fifty here, then fifty with OpenSSH's own client over a control master, and again. */
async function trips(): Promise<Scale> {
	const [host = ''] = addresses(1);
	const shell = openSsh(new Map([[host, endpointFromVars(host, {})]]), localShell());
	const master = join(process.env.HOME ?? '', 'master');
	execFileSync('ssh', ['-fNM', '-S', master, host], {stdio: 'ignore'});
	const own: number[] = [];
	const theirs: number[] = [];
	for (let block = 0; block < 6; block++) {
		for (let index = 0; index < 50; index++) own.push(await timed(() => shell.run(read(host, ['true']))));
		for (let index = 0; index < 50; index++)
			theirs.push(await timed(() => promisify(execFile)('ssh', ['-S', master, host, 'true'])));
	}
	await shell.close();
	execFileSync('ssh', ['-S', master, '-O', 'exit', host], {stdio: 'ignore'});
	return {seconds: 0, cpuSeconds: 0, peakMiB: 0, stallMs: 0, tripMs: median(own), masterMs: median(theirs)};
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

function median(times: readonly number[]): number {
	return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

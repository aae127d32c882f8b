const benches: Readonly<Record<string, () => Promise<{main(args: readonly string[]): Promise<void>}>>> = {
	evacuate: () => import('./evacuate/evacuate.ts'),
	plan: () => import('./plan/plan.ts'),
	language: () => import('./language/language.ts'),
	overhead: () => import('./overhead/overhead.ts'),
	fanout: () => import('./fanout/fanout.ts'),
	fleet: () => import('./fleet/fleet.ts'),
	thousand: () => import('./thousand/thousand.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = benches[name];
if (load === undefined) {
	process.stderr.write(`name a benchmark: ${Object.keys(benches).join(', ')}\n`);
	process.exitCode = 2;
} else {
	const bench = await load();
	await bench.main(args);
}

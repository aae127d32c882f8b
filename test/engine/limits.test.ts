import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import {ConcurrencyLimits} from '../../src/engine/limits.ts';

const never = new AbortController().signal;

test('nobody overtakes at the limit that holds another, however light', async t => {
	const limits = new ConcurrencyLimits({link: 2});
	const order: string[] = [];
	const enter = (name: string, weight: number) =>
		limits.acquire(['link'], never, {weight}).then(leave => {
			order.push(name);
			return leave;
		});
	const first = enter('light', 1);
	const heavy = enter('heavy', 2);
	const late = enter('late', 1);
	await turn();
	t.deepEqual(order, ['light']);
	(await first)();
	await turn();
	t.deepEqual(order, ['light', 'heavy']);
	(await heavy)();
	(await late)();
	t.deepEqual(order, ['light', 'heavy', 'late']);
});

test('who waits at one limit keeps nobody up at another', async t => {
	const limits = new ConcurrencyLimits({'to kvm2': 1, 'to kvm3': 1});
	const leave = await limits.acquire(['to kvm2'], never);
	const waiting = limits.acquire(['to kvm2'], never);
	await limits.acquire(['to kvm3'], never);
	leave();
	await waiting;
	t.pass();
});

test('each limit that holds somebody is told, one after the other', async t => {
	const limits = new ConcurrencyLimits({total: 2, 'to kvm2': 1});
	const leaves = [await limits.acquire(['total', 'to kvm2'], never), await limits.acquire(['total'], never)];
	const told: string[] = [];
	const waiting = limits.acquire(['total', 'to kvm2'], never, {held: limit => told.push(limit)});
	leaves[1]?.();
	leaves[0]?.();
	await waiting;
	t.deepEqual(told, ['total', 'to kvm2']);
});

test('what counts more than a limit goes alone; of two limits of one name the smaller counts', async t => {
	const limits = new ConcurrencyLimits({total: 4});
	limits.declare({total: 1});
	const leave = await limits.acquire(['total'], never, {weight: 3});
	const waiting = limits.acquire(['total'], never);
	leave();
	(await waiting)();
	t.pass();
});

test('who is told to stop leaves the queue', async t => {
	const limits = new ConcurrencyLimits({total: 1});
	await limits.acquire(['total'], never);
	const stop = new AbortController();
	const waiting = limits.acquire(['total'], stop.signal);
	stop.abort();
	await t.throwsAsync(waiting, {name: 'InterruptedError'});
});

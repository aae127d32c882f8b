import test from 'ava';
import {Breaker} from '../../src/engine/play/breaker.ts';

test('what was under way together counts once in a row, what came after it again, and a success ends the row', t => {
	const breaker = new Breaker({inARow: 2}, 100);
	const together = [breaker.begin(), breaker.begin(), breaker.begin()];
	for (const end of together) end('bad');
	t.is(breaker.reason, undefined);
	const good = breaker.begin();
	breaker.begin()('refused');
	breaker.begin()('bad');
	t.is(breaker.reason, '2 consecutive moves failed');
	good('good');
	t.is(breaker.reason, undefined);
});

test('of all parts more than so many of a hundred, whatever they failed with', t => {
	const breaker = new Breaker({percent: 50}, 4);
	for (const end of ['bad', 'refused'] as const) breaker.begin()(end);
	t.is(breaker.reason, undefined);
	breaker.begin()('bad');
	t.is(breaker.reason, '3 of 4 moves failed, more than 50 %');
	t.is(new Breaker({}, 4).reason, undefined);
});

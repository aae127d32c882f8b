import {html} from '../plan/html.ts';
import type {MoveReport} from './model.ts';
import {highest} from './rows.ts';

const width = 600;
const height = 90;

/** Speed and dirtied memory of a move over time, as a picture with its meaning in words; empty without two samples. */
export function curvesOf(move: MoveReport): string {
	const points = move.rates.filter(({bytesPerSecond, dirtyBytesPerSecond}) => bytesPerSecond ?? dirtyBytesPerSecond);
	const [first] = points;
	const last = points.at(-1);
	if (first === undefined || last === undefined || first.atMs === last.atMs) return '';
	const most = Math.max(...points.flatMap(point => [point.bytesPerSecond ?? 0, point.dirtyBytesPerSecond ?? 0]));
	const line = (of: 'bytesPerSecond' | 'dirtyBytesPerSecond') =>
		points
			.flatMap(point => {
				const value = point[of];
				if (value === undefined) return [];
				const x = ((point.atMs - first.atMs) / (last.atMs - first.atMs)) * width;
				return [`${x.toFixed(1)},${(height - (value / most) * (height - 4)).toFixed(1)}`];
			})
			.join(' ');
	const dirtied = highest(move, 'dirtyBytesPerSecond');
	const words = `sent at most ${highest(move, 'bytesPerSecond')}${dirtied === '' ? '' : `, dirtied at most ${dirtied}`}`;
	return `<figure>
<figcaption><b>${html(move.guest)}</b>: ${html(words)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(`${move.guest}: speed over time, ${words}`)}" preserveAspectRatio="none">
<polyline class="sent" points="${line('bytesPerSecond')}"/>
<polyline class="dirtied" points="${line('dirtyBytesPerSecond')}"/>
</svg>
</figure>`;
}

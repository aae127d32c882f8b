const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `64.0 MiB`: three figures are enough to read. */
export function bytesText(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 1024 && unit < binary.length - 1) {
		value /= 1024;
		unit += 1;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	return `${value.toFixed(digits)} ${binary[unit]}`;
}

/** `112 MiB/s`. */
export function rateText(bytesPerSecond: number): string {
	return `${bytesText(bytesPerSecond)}/s`;
}

/** `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 04 min`. */
export function durationText(milliseconds: number): string {
	if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
	const seconds = milliseconds / 1000;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	const two = (value: number) => String(value).padStart(2, '0');
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
	return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** Names and texts come from hosts and guests: what would move the cursor or colour the screen is shown, not sent. */
export function visible(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, character => {
		const code = character.codePointAt(0) ?? 0;
		return character === '\n' ? '\\n' : `\\u{${code.toString(16)}}`;
	});
}

/** Pads to a width; a longer text keeps its length. */
export function padded(text: string, width: number): string {
	return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/** Columns as wide as their widest cell, two spaces between. Numbers to the right. */
export function tableText(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => [...(row[column] ?? '')].length)));
	return rows
		.map(row =>
			row
				.map((cell, column) =>
					right.has(column) ? cell.padStart(widths[column] ?? 0) : padded(cell, widths[column] ?? 0),
				)
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

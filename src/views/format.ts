const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `64.0 MiB`: at most three significant digits. */
export function bytesText(bytes: number): string {
	let value = bytes;
	let unit = 0;
	// A value that would round to 1024 is shown in the next unit.
	while (value >= 1023.5 && unit < binary.length - 1) {
		value /= 1024;
		unit += 1;
	}
	const digits = unit === 0 || value >= 99.95 ? 0 : 1;
	return `${value.toFixed(digits)} ${binary[unit]}`;
}

/** `112 MiB/s`. */
export function rateText(bytesPerSecond: number): string {
	return `${bytesText(bytesPerSecond)}/s`;
}

/** `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 04 min`. */
export function durationText(milliseconds: number): string {
	if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
	if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
	return longText(Math.round(milliseconds / 1000));
}

/** A duration in whole seconds, for live displays: `4 s`, `3 min 05 s`. */
export function elapsedText(milliseconds: number): string {
	const seconds = Math.max(0, Math.floor(milliseconds / 1000));
	return seconds < 60 ? `${seconds} s` : longText(seconds);
}

function longText(seconds: number): string {
	const two = (value: number) => String(value).padStart(2, '0');
	if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
	return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

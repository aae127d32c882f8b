/** Sets the exit code of the program, which ends once its output is written. The only place that does. */
export function setExitCode(code: number): void {
	process.exitCode = code;
}

/** Sets the exit code that the program ends with, once its output is written. Only here is it set. */
export function setExitCode(code: number): void {
	process.exitCode = code;
}

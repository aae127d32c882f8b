import {rm} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import type {Shell} from '../shell/shell.ts';
import type {HostLink} from './link.ts';

/** This machine as a managed host. */
export function localLink(local: Shell): HostLink {
	return {
		run: (command, options) => local.run(command, options),
		async listen(path, take) {
			const server = createServer(take);
			await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
			return async () => {
				server.close();
				await rm(path, {force: true});
			};
		},
		dial: path =>
			new Promise((resolve, reject) => {
				const socket = connect(path, () => resolve(socket)).once('error', reject);
			}),
		close: () => local.close(),
	};
}

import {execFile} from 'node:child_process';

/** Whether the user has a valid Kerberos ticket. Without klist, a configured ticket cache counts as one. */
export function hasTicket(): Promise<boolean> {
	return new Promise(resolve => {
		execFile('klist', ['-s'], {timeout: 5000}, error => {
			if (error?.code === 'ENOENT') resolve(process.env.KRB5CCNAME !== undefined);
			else resolve(error === null);
		});
	});
}

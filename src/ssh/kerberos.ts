import {execFile} from 'node:child_process';

/** Has the user a Kerberos ticket that is still good? Without klist the name of a cache is taken for one. */
export function hasTicket(): Promise<boolean> {
	return new Promise(resolve => {
		execFile('klist', ['-s'], {timeout: 5000}, error => {
			if (error?.code === 'ENOENT') resolve(process.env.KRB5CCNAME !== undefined);
			else resolve(error === null);
		});
	});
}

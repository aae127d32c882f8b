import {host, source} from '../world.ts';
import type {RuleCases} from './rule-cases.ts';

const tlsCertificate = {
	...source.tls.certificates['ca-cert.pem'],
	validFromMs: 0,
	validUntilMs: 2e12,
	names: [],
	fingerprint: 'x',
};

/** Of the rules in `rules/path.ts`. */
export const pathCases: RuleCases = {
	'path-login': [
		[
			{path: {login: {why: 'host key verification failed'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: host key verification failed',
					'as root of kvm1, verify and accept the host key of kvm2: ssh root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'root@kvm2: Permission denied (publickey)'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: root@kvm2: Permission denied (publickey)',
					'as root of kvm1: ssh-copy-id root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{
				path: {
					login: {why: 'Permission denied (publickey)'},
					uri: 'qemu+ssh://op%2B1@[2001:db8::2]:2222/system?no_tty=1',
				},
			},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: Permission denied (publickey)',
					'as root of kvm1: ssh-copy-id -p 2222 op+1@2001:db8::2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'Host key verification failed.'}, uri: 'qemu+ssh://root@192.0.2.12:2222/system?no_tty=1'}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: Host key verification failed.',
					'as root of kvm1, verify and accept the host key of kvm2: ssh -p 2222 root@192.0.2.12; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'no route to host'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: no route to host',
					"virsh --connect 'qemu+ssh://root@kvm2/system?no_tty=1' hostname (on kvm1)",
				],
			],
		],
		[{path: {login: {why: 'no route to host'}}, plan: {logsIn: false}}, []],
	],
	'path-name': [
		[
			{host: {announced: 'localhost.localdomain'}},
			[
				[
					'the host name is localhost.localdomain: a migration without an explicit address would connect to the source itself',
					'hostnamectl set-hostname kvm2 (on kvm2)',
				],
			],
		],
	],
	'path-ports': [
		[
			{path: {ports: [{port: 49152, answer: 'dropped'}]}},
			[
				[
					'packets to TCP port 49152 are dropped: a guest would freeze for minutes',
					'open it for kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[
			{path: {ports: [{port: 49152, answer: 'refused'}]}},
			[
				[
					'TCP port 49152 is not open: refused',
					'open it for kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[{path: {ports: []}}, [['not checked: ports for memory and disks', "sh -c 'command -v qemu-nbd ss' (on kvm2)"]]],
	],
	'path-tls': [
		[
			{host: {tls: {...host.tls, missing: ['ca-cert.pem'], certificates: {}}}},
			[['/etc/pki/qemu/ca-cert.pem does not exist on kvm2', 'virt-pki-validate (on kvm2)']],
		],
		[
			{
				host: {
					tls: {
						...host.tls,
						certificates: {
							'ca-cert.pem': {...tlsCertificate, fingerprint: 'another CA'},
							'server-cert.pem': {
								...tlsCertificate,
								validUntilMs: host.tls.atMs + 3_599_000,
								names: ['kvm9'],
								signedBy: 'another CA',
							},
						},
					},
				},
			},
			[
				[
					'/etc/pki/qemu/server-cert.pem on kvm2 expires before the run ends: 2027-01-15T08:59:59.000Z',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -dates (on kvm2)',
				],
				[
					'/etc/pki/qemu/server-cert.pem of kvm2 is not signed by /etc/pki/qemu/ca-cert.pem of kvm1',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -issuer (on kvm2)',
				],
				[
					'/etc/pki/qemu/client-cert.pem of kvm1 is not signed by /etc/pki/qemu/ca-cert.pem of kvm2',
					'openssl x509 -in /etc/pki/qemu/client-cert.pem -noout -issuer (on kvm1)',
				],
				[
					'/etc/pki/qemu/server-cert.pem on kvm2 is for kvm9, not for kvm2',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -ext subjectAltName (on kvm2)',
				],
			],
		],
		[{plan: {tls: 'kvm3'}}, []],
		[{source: {tls: {...source.tls, missing: ['ca-cert.pem']}}, plan: {tls: false}}, []],
	],
	'path-speed': [
		[
			{path: {measuredBytesPerSecond: 1024 ** 2, mtu: {source: 9000, destination: 1500, passes: false}}},
			[
				['the measured speed is only 1.0 MiB/s', 'check for other traffic between kvm1 and kvm2'],
				['the network interface has MTU 1500, that of kvm1 has MTU 9000', 'ip link show (on kvm2)'],
				['packets of 9000 bytes from kvm1 are lost', 'ping -M do -c 3 -s 8972 kvm2 (on kvm1)'],
			],
		],
	],
	'path-clocks': [
		[
			{host: {clockOffsetMs: -900}},
			[['the clocks differ by 903 ms, as would measured downtimes', 'chronyc makestep (on kvm2)']],
		],
	],
};

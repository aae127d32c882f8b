import test from 'ava';
import {StepError} from '../../src/errors.ts';
import {Facts} from '../../src/facts/facts.ts';
import {compare, copyOverNbd, serve} from '../../src/qemu-img/stream.ts';
import {demandTls} from '../../src/steps/migration/tls.ts';
import {parseQemuConf, type QemuConf} from '../../src/virsh/migration/qemu-conf.ts';
import {confText, planned, type Scene} from './disk-plans.ts';

test('a port that is taken is not served on', t => {
	const [first] = planned({mode: 'cold'}).nbdCopies ?? [];
	const [next] = planned({mode: 'cold', facts: {'kvm2 ports': [first?.port]}}).nbdCopies ?? [];
	t.is(next?.port, 49152 + (((first?.port ?? 0) - 49152 + 1) % 64));
});

test('streams obey the address, the port and the range of libvirt', t => {
	const port = (scene: Scene) => planned({...scene, mode: 'cold'}).nbdCopies?.map(({port}) => port);
	t.deepEqual(port({transfer: {port: 49300}}), [49300]);
	const narrow = parseQemuConf(`${confText}migration_port_min 6000\nmigration_port_max 6001\n`);
	t.deepEqual(port({facts: {'kvm2 qemu-conf': narrow, 'kvm2 ports': [6000]}}), [6001]);
	t.deepEqual(port({facts: {'kvm2 qemu-conf': narrow, 'kvm2 ports': [6001]}}), [6000]);
	const [stream] = planned({mode: 'cold', transfer: {listen: '192.0.2.12', port: 49300}}).nbdCopies ?? [];
	if (stream === undefined) throw new Error('nothing is streamed');
	t.true(serve('kvm2', stream).argv.join(' ').includes('--bind=192.0.2.12 --port 49300'));
	const {listen: _, ...everywhere} = stream;
	t.true(serve('kvm2', everywhere).argv.includes('--bind='), 'all addresses, IPv4 and IPv6');
});

test('with TLS a stream takes the certificates of live migrations', t => {
	const conf = parseQemuConf(`${confText.replace('/etc/pki/qemu', '/etc/pki/a,b')}verify 0\n`);
	const plan = planned({mode: 'cold', transfer: {tls: {hostname: 'kvm2.example'}}, facts: {'kvm2 qemu-conf': conf}});
	const [stream] = plan.nbdCopies ?? [];
	if (stream === undefined) throw new Error('nothing is streamed');
	const server = 'tls-creds-x509,id=tls0,endpoint=server,dir=/etc/pki/a,,b,verify-peer=off';
	t.true(serve('kvm2', stream).argv.join(' ').includes(`--object ${server} --tls-creds tls0`));
	const {argv} = copyOverNbd('kvm1', 'fd00::12', stream);
	t.true(argv.includes('tls-creds-x509,id=tls0,endpoint=client,dir=/etc/pki/qemu'));
	t.deepEqual(argv.slice(-2), [
		'driver=qcow2,file.filename=/images/web1.qcow2',
		`driver=nbd,server.type=inet,server.host=fd00::12,server.port=${stream.port},export=aaaa1111-vda,tls-creds=tls0,tls-hostname=kvm2.example`,
	]);
	t.deepEqual(compare('kvm1', 'fd00::12', stream).argv.slice(-2), argv.slice(-2));
});

test('a certificate that is missing is named', t => {
	const of = (text: string) => parseQemuConf(text).tls;
	const facts = (here: QemuConf['tls'], there: QemuConf['tls']) => {
		const ports = {min: 1, max: 2};
		return new Facts().with([
			[
				{kind: 'qemu-conf', host: 'kvm1'},
				{ports, tls: here},
			],
			[
				{kind: 'qemu-conf', host: 'kvm2'},
				{ports, tls: there},
			],
		]);
	};
	const ends = {source: 'kvm1', destination: 'kvm2'};
	const whole = of(confText);
	const without = (name: string) => of(confText.replace(`file ${name}.pem\n`, ''));
	t.notThrows(() => demandTls('web1', ends, facts(whole, whole)));
	for (const [here, there, says] of [
		[whole, of('folder /etc/pki/qemu\n'), /tls requires \/etc\/pki\/qemu\/ca-cert\.pem on kvm2, which does not exist/],
		[whole, without('server-key'), /\/server-key\.pem on kvm2/],
		[without('client-cert'), whole, /\/client-cert\.pem on kvm1/],
	] as const) {
		const error = t.throws(() => demandTls('web1', ends, facts(here, there)), {instanceOf: StepError, message: says});
		t.regex(error.remedy ?? '', /install QEMU's certificates on kvm[12]: .*\.pem/);
	}
	t.notThrows(() => demandTls('web1', ends, facts(without('client-cert'), of(`${confText}verify 0\n`))));
	t.notThrows(
		() => demandTls('web1', ends, facts(of('folder /x\nhidden\n'), whole)),
		'what cannot be read is not missing',
	);
});

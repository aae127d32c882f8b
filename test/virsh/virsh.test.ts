import test from 'ava';
import {parseStat} from '../../src/files/stat.ts';
import {parseCheck} from '../../src/qemu-img/check.ts';
import {create} from '../../src/qemu-img/create.ts';
import {info, parseInfo} from '../../src/qemu-img/info.ts';
import {parseBeginning, readBeginning} from '../../src/qemu-img/probe-format.ts';
import {progressOf} from '../../src/steps/migration/convergence/follow.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {parseBlockers} from '../../src/virsh/migration/blockers.ts';
import {isActiveJob, parseJob} from '../../src/virsh/migration/domjobinfo.ts';
import {migrate} from '../../src/virsh/migration/migrate.ts';
import {parseNodememstats} from '../../src/virsh/nodememstats.ts';

const uuid = 'd9014867-ec95-4eda-b042-c2816882607c';

test('a definition: memory, machine and disks, with everything that is not a disk left alone', async t => {
	const xml = `<domain type='qemu' id='3'><name>a &amp; b</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory><vcpu>2</vcpu>
<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os><devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/a b/x.qcow2' index='1'/><backingStore/><target dev='vda'/></disk>
<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>
<disk type='block' device='disk'><driver type='raw'/><source dev='/dev/vg/lv'/><target dev='vdb'/><shareable/></disk>
</devices></domain>`;
	const {disks, ...rest} = await parseDefinition(xml);
	t.like(rest, {uuid, name: 'a & b', memoryKib: 65536, vcpus: 2, machine: 'pc-q35-7.2'});
	t.deepEqual(disks, [
		{
			target: 'vda',
			device: 'disk',
			type: 'file',
			path: '/a b/x.qcow2',
			format: 'qcow2',
			readonly: false,
			shareable: false,
		},
		{target: 'sda', device: 'cdrom', type: 'file', format: 'raw', readonly: true, shareable: false},
		{target: 'vdb', device: 'disk', type: 'block', path: '/dev/vg/lv', format: 'raw', readonly: false, shareable: true},
	]);
	await t.throwsAsync(parseDefinition('<domain><name>'));
	await t.throwsAsync(parseDefinition('<network/>'), {message: 'not a domain definition'});
});

test('a job: its type is a number, what libvirt leaves out is left out', t => {
	const job = parseJob(
		'Job type: 2\n\noperation: 5\ntime_elapsed: 832\nmemory_total: 100\nmemory_remaining: 25\nmemory_bps: 50\nmemory_iteration: 3\nmemory_dirty_rate: 2\nmemory_page_size: 4096\ndisk_total: 300\ndisk_remaining: 0\n',
	);
	t.like(job, {type: 'unbounded', elapsedMs: 832, memoryTotalBytes: 100, diskTotalBytes: 300, iteration: 3});
	t.true(isActiveJob(job));
	t.true(isActiveJob(parseJob('Job type: 5\n')));
	t.false(isActiveJob(parseJob('Job type: 0\n')));
	t.is(parseJob(''), undefined);
	t.deepEqual(job && progressOf(job, 16384), {
		phase: 'memory',
		totalBytes: 400,
		remainingBytes: 25,
		percent: 93.8,
		bytesPerSecond: 50,
		dirtyBytesPerSecond: 8192,
		iteration: 3,
	});
});

test('progress counts disks and memory as one amount, also while only the disks are known', t => {
	t.deepEqual(progressOf({type: 'unbounded', diskTotalBytes: 3072, diskRemainingBytes: 1024, memoryTotalBytes: 0}, 1), {
		phase: 'disks',
		totalBytes: 4096,
		remainingBytes: 2048,
		percent: 50,
	});
});

test('virsh migrate, option by option', t => {
	const {argv, effect, host} = migrate({
		source: 'kvm1',
		uuid,
		desturi: 'qemu+ssh://root@kvm2/system',
		live: true,
		p2p: false,
		persistent: true,
		undefine_source: true,
		verbose: true,
		migrate_disks: ['vda', 'vdd'],
		bandwidth_mib: 5,
		keepalive_interval: 10,
	});
	t.is(effect, 'write');
	t.is(host, 'kvm1');
	t.is(
		argv.join(' '),
		`virsh --quiet --connect qemu:///system --keepalive-interval 10 migrate --live --persistent --undefinesource --migrate-disks vda,vdd --verbose --bandwidth 5 --domain ${uuid} --desturi qemu+ssh://root@kvm2/system`,
	);
});

test('an image, with the options that a copy should share', t => {
	t.deepEqual(info('kvm1', '-x', 'raw').argv.slice(-2), ['--', '-x']);
	const image = {
		filename: '/x',
		format: 'qcow2',
		'virtual-size': 1000,
		'actual-size': 10,
		'cluster-size': 65536,
		'full-backing-filename': '/base',
		'format-specific': {data: {compat: '1.1', 'lazy-refcounts': true, 'refcount-bits': 16}},
	};
	t.deepEqual(parseInfo(JSON.stringify([image])), [
		{
			path: '/x',
			format: 'qcow2',
			virtualBytes: 1000,
			actualBytes: 10,
			backingPath: '/base',
			specialties: [],
			options: {cluster_size: '65536', compat: '1.1', lazy_refcounts: 'on', refcount_bits: '16'},
		},
	]);
	t.throws(() => parseInfo('[]'), {message: /no image/});
	t.throws(() => parseInfo('[{}]'), {message: /no virtual size/});
});

test('what an image holds beside the disk, as qemu-img 7.2 prints it', t => {
	const text = `[{"virtual-size": 8388608, "filename": "isnap.qcow2", "cluster-size": 65536, "format": "qcow2",
		"actual-size": 270336, "dirty-flag": false,
		"snapshots": [{"icount": 0, "vm-clock-nsec": 0, "name": "before", "date-sec": 1795000000, "date-nsec": 0,
			"vm-clock-sec": 0, "id": "1", "vm-state-size": 0}],
		"format-specific": {"type": "qcow2", "data": {"compat": "1.1", "compression-type": "zlib", "lazy-refcounts": false,
			"bitmaps": [{"flags": ["auto"], "name": "backup-0", "granularity": 65536}], "refcount-bits": 16,
			"corrupt": false, "extended-l2": false}}}]`;
	t.deepEqual(parseInfo(text)[0]?.contents, ['internal snapshot before', 'bitmap backup-0']);
});

test('the beginning of an image tells its format, and a guest that encrypts its disk is no other format', t => {
	const beginning = (...hex: readonly string[]) => ` ${hex.join(' ')}\n`;
	t.is(parseBeginning(beginning('51', '46', '49', 'fb', '00', '00', '00', '03')), 'qcow2');
	t.is(parseBeginning(beginning('4b', '44', '4d', '56')), 'vmdk');
	t.is(parseBeginning(beginning(...Array<string>(64).fill('3c'), '7f', '10', 'da', 'be')), 'vdi');
	t.is(parseBeginning(beginning('4c', '55', '4b', '53', 'ba', 'be')), undefined);
	t.is(parseBeginning(''), undefined);
	t.deepEqual(readBeginning('kvm1', '-x').argv.slice(-2), ['--', '-x']);
});

test('what is at a path, what is not, and what cannot be told', t => {
	t.deepEqual(parseStat(0, '44:326:1795415985 512 600 libvirt-qemu:kvm regular file\n', ''), {
		type: 'file',
		identity: '44:326:1795415985',
		bytes: 512,
		mode: '600',
		owner: 'libvirt-qemu:kvm',
	});
	t.deepEqual(parseStat(1, '', "stat: cannot statx '/x': No such file or directory\n"), {type: 'absent'});
	t.is(parseStat(1, '', "stat: cannot statx '/x': Permission denied\n"), undefined);
});

test('memory of a host', t => {
	t.deepEqual(parseNodememstats('total  :  24000000 KiB\nfree   :   100 KiB\nbuffers:  10 KiB\ncached :   1 KiB\n'), {
		memoryKib: 24_000_000,
		availableKib: 111,
	});
	t.throws(() => parseNodememstats('total: 1 KiB'), {message: /no free/});
});

test('options of an image: known values only, because another host creates its copy with them', t => {
	const image = (data: object, clusterSize: unknown = 65536) =>
		parseInfo(
			JSON.stringify([
				{filename: '/x', format: 'qcow2', 'virtual-size': 1000, 'cluster-size': clusterSize, 'format-specific': {data}},
			]),
		)[0];
	const victim = '1.1,data_file=/srv/given/victim,data_file_raw=on';
	t.deepEqual(image({compat: victim})?.specialties, [`unknown option compat "${victim}"`]);
	t.deepEqual(image({compat: victim})?.options, {cluster_size: '65536'});
	const lies: readonly (readonly [object, unknown, string])[] = [
		[{compat: {}}, 65536, 'unknown option compat {}'],
		[{'refcount-bits': '16,size=1'}, 65536, 'unknown option refcount_bits "16,size=1"'],
		[{'compression-type': 'zlib,x=y'}, 65536, 'unknown option compression_type "zlib,x=y"'],
		[{}, '65536,backing_file=/etc/shadow', 'unknown option cluster_size "65536,backing_file=/etc/shadow"'],
		[{}, 65537, 'unknown option cluster_size 65537'],
	];
	for (const [data, clusterSize, expected] of lies) t.deepEqual(image(data, clusterSize)?.specialties, [expected]);
	t.deepEqual(image({compat: '0.10', 'refcount-bits': 'x'})?.options, {cluster_size: '65536', compat: '0.10'});
});

test('qemu-img create: a comma in the value of an option is doubled', t => {
	const {argv} = create('kvm1', {path: '/x', format: 'qcow2', virtualBytes: 1, options: {compat: '1.1,data_file=/y'}});
	t.deepEqual(argv.slice(5, 7), ['-o', 'compat=1.1,,data_file=/y']);
});

test('a tool may answer any JSON: an error says what is missing', t => {
	const anything = ['null', '0', '""', '[]', 'true'];
	for (const text of anything) t.throws(() => parseCheck(text), {message: 'qemu-img check reported no result'});
	t.throws(() => parseCheck('{"leaks": "many"}'), {message: 'qemu-img check reported no number of leaks'});
	for (const text of ['null', '{}', '[]'])
		t.throws(() => parseInfo(text), {message: 'qemu-img info reported no image'});
	for (const text of ['[null]', '[[]]', '[{"virtual-size": -1}]', '[{"virtual-size": 1e300}]'])
		t.throws(() => parseInfo(text), {message: 'qemu-img info reported no virtual size'});
	t.throws(() => parseInfo('[{"virtual-size": 1, "filename": {}}]'), {message: /no file name/});
	t.throws(() => parseInfo('[{"virtual-size": 1, "filename": "/x", "format": "raw,x"}]'), {message: /no format/});
	t.throws(() => parseInfo(JSON.stringify(Array(201).fill({}))), {message: /chain of 201 images/});
	for (const text of [
		'null',
		'[]',
		'{"return": null}',
		'{"return": {"blocked-reasons": 1}}',
		'{"return": {"blocked-reasons": [1]}}',
	])
		t.is(parseBlockers(text), undefined);
	t.deepEqual(parseBlockers('{"return": {}}'), []);
});

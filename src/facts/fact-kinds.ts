import type {LibvirtCapabilities} from '../capabilities/libvirt.ts';
import type {PathSpeed} from '../capabilities/path-speed.ts';
import type {SystemCapabilities} from '../capabilities/system.ts';
import type {FileContent} from '../files/content.ts';
import type {FileFact} from '../files/file.ts';
import type {FolderFact} from '../files/folder.ts';
import type {KeptCopies} from '../files/kept/list.ts';
import type {PathFact} from '../files/stat.ts';
import type {ImageInfo} from '../qemu-img/info.ts';
import type {DomainDefinition} from '../virsh/definition/dumpxml.ts';
import type {DomainArtifacts} from '../virsh/domain-artifacts.ts';
import type {DomainDetails} from '../virsh/domain-details.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import type {CpuVerdict, WantedCpu} from '../virsh/hypervisor-cpu-compare.ts';
import type {JobInfo} from '../virsh/migration/domjobinfo.ts';
import type {MigrationLog} from '../virsh/migration/migration-log.ts';
import type {PathProbe, PathProbeRequest} from '../virsh/migration/path-probe.ts';
import type {QemuConf} from '../virsh/migration/qemu-conf.ts';
import type {TlsFact} from './read-certificates.ts';

/** General facts of a host. */
export type HostFact = {
	readonly memoryKib: number;
	/** Available memory: free, and reclaimable by the kernel. */
	readonly availableKib: number;
};

/** Facts of a host for checks and placement. */
export type Capabilities = LibvirtCapabilities &
	Omit<SystemCapabilities, 'clockMs'> & {
		/** Offset of its clock relative to this machine. */
		readonly clockOffsetMs: number;
	};

/** The files used by the guests of a host. */
export type DiskUsers = {
	readonly uses: readonly DiskUse[];
	/** Used files that could not be examined: while there are any, no file of the host is proven to be unused. */
	readonly unresolved: readonly {readonly guest: string; readonly what: string}[];
};

export type DiskUse = {
	/** The guest's. */
	readonly uuid: string;
	readonly guest: string;
	/** As its definition names it, or the image above it. */
	readonly path: string;
	readonly identity: string;
	/** The image of the guest that it lies below. */
	readonly below?: string;
};

/** Every kind of fact: the request that names one, and its value. */
export type FactKinds = {
	host: {request: {readonly kind: 'host'; readonly host: string}; value: HostFact};
	capabilities: {request: {readonly kind: 'capabilities'; readonly host: string}; value: Capabilities};
	/** All domains of a host, running or not: an absence here is proof. */
	domains: {request: {readonly kind: 'domains'; readonly host: string}; value: readonly DomainStatus[]};
	/** One domain's live definition; undefined when the host has no such domain. */
	domain: {
		request: {readonly kind: 'domain'; readonly host: string; readonly uuid: string};
		value: DomainDefinition | undefined;
	};
	/** What libvirt knows of a domain beside; the targets are those of its disks. Undefined as above. */
	'domain-details': {
		request: {
			readonly kind: 'domain-details';
			readonly host: string;
			readonly uuid: string;
			readonly targets: readonly string[];
		};
		value: DomainDetails | undefined;
	};
	/** Has the host the CPU that a guest runs on? */
	cpu: {request: {readonly kind: 'cpu'; readonly host: string} & WantedCpu; value: CpuVerdict};
	/** Whether the host's libvirt can connect to another with this URI. */
	login: {
		request: {readonly kind: 'login'; readonly host: string; readonly uri: string};
		value: 'works' | {readonly why: string};
	};
	/** Options of `virsh migrate` on the host, as `--live`. */
	'migrate-options': {request: {readonly kind: 'migrate-options'; readonly host: string}; value: readonly string[]};
	/** A disk image and its backing chain, the image itself first. */
	image: {
		request: {readonly kind: 'image'; readonly host: string; readonly path: string; readonly format: string};
		value: readonly ImageInfo[];
	};
	/** The content of a file. */
	content: {request: {readonly kind: 'content'; readonly host: string; readonly path: string}; value: FileContent};
	path: {request: {readonly kind: 'path'; readonly host: string; readonly path: string}; value: PathFact};
	/** The file at a path, without following a symbolic link. */
	file: {request: {readonly kind: 'file'; readonly host: string; readonly path: string}; value: FileFact};
	/** The recorded kept copies of the host. */
	'kept-copies': {request: {readonly kind: 'kept-copies'; readonly host: string}; value: KeptCopies};
	/** The files that the definitions of the host's guests lead to. */
	'disk-users': {request: {readonly kind: 'disk-users'; readonly host: string}; value: DiskUsers};
	folder: {request: {readonly kind: 'folder'; readonly host: string; readonly path: string}; value: FolderFact};
	/** Digest of a file, whose content is read completely. */
	digest: {request: {readonly kind: 'digest'; readonly host: string; readonly path: string}; value: string};
	/** Domains with snapshots, checkpoints or saved memory. */
	'domain-artifacts': {request: {readonly kind: 'domain-artifacts'; readonly host: string}; value: DomainArtifacts};
	/** UUIDs of the libvirt secrets of the host. */
	secrets: {request: {readonly kind: 'secrets'; readonly host: string}; value: readonly string[]};
	/** TCP ports in use. */
	ports: {request: {readonly kind: 'ports'; readonly host: string}; value: readonly number[]};
	/** Addresses of all network cards. */
	addresses: {request: {readonly kind: 'addresses'; readonly host: string}; value: readonly string[]};
	/** Settings of libvirt's QEMU driver that migrations depend on. */
	'qemu-conf': {request: {readonly kind: 'qemu-conf'; readonly host: string}; value: QemuConf};
	/** The trimmed output of a read-only virsh subcommand; empty if it failed. */
	virsh: {
		request: {readonly kind: 'virsh'; readonly host: string; readonly args: readonly string[]};
		value: string;
	};
	/** The job of a running domain; undefined if the domain no longer exists. */
	job: {
		request: {readonly kind: 'job'; readonly host: string; readonly uuid: string};
		value: JobInfo | undefined;
	};
	/** The measured dirty rate of a running domain in bytes per second; `null` if it cannot be measured. */
	'dirty-rate': {
		request: {readonly kind: 'dirty-rate'; readonly host: string; readonly uuid: string};
		value: number | null;
	};
	/** The probed path between two hosts. */
	'path-probe': {
		request: {
			readonly kind: 'path-probe';
			readonly host: string;
			readonly to: string;
			readonly trial: PathProbeRequest;
		};
		value: PathProbe;
	};
	/** Recent errors in the logs of a host about the migration of a guest. */
	'migration-log': {
		request: {
			readonly kind: 'migration-log';
			readonly host: string;
			/** Name of the guest, as in the log. */
			readonly guest: string;
			readonly sinceMs: number;
		};
		value: MigrationLog;
	};
	/** The measured speed between two hosts. */
	'path-speed': {
		request: {readonly kind: 'path-speed'; readonly host: string; readonly to: string; readonly address: string};
		value: PathSpeed;
	};
	/** Certificates of a host for encrypted migrations. */
	certificates: {request: {readonly kind: 'certificates'; readonly host: string}; value: TlsFact};
	/** The run that has locked the host, or null. */
	lock: {request: {readonly kind: 'lock'; readonly host: string}; value: string | null};
	/** Migration blockers reported by QEMU; undefined if it does not respond. Taints the domain. */
	blockers: {
		request: {readonly kind: 'blockers'; readonly host: string; readonly uuid: string};
		value: readonly string[] | undefined;
	};
	/** The maximum downtime of a running domain, in milliseconds. */
	downtime: {
		request: {readonly kind: 'downtime'; readonly host: string; readonly uuid: string};
		value: number | undefined;
	};
	/** The last completed job of a domain. */
	completed: {
		request: {readonly kind: 'completed'; readonly host: string; readonly uuid: string};
		value: JobInfo | undefined;
	};
};

export type FactKind = keyof FactKinds;
export type FactRequest = FactKinds[FactKind]['request'];
export type Request<Kind extends FactKind> = FactKinds[Kind]['request'];
export type Value<Kind extends FactKind> = FactKinds[Kind]['value'];

/** The numbers of the tags that are only read. Source: include/rpm/rpmtag.h of rpm; the names are those of --querytags. */
export const readTags = {
	oldFileNames: 1027,
	conflictFlags: 1053,
	conflictNames: 1054,
	conflictVersions: 1055,
	obsoleteNames: 1090,
	obsoleteFlags: 1114,
	obsoleteVersions: 1115,
	recommendNames: 5046,
	recommendVersions: 5047,
	recommendFlags: 5048,
	suggestNames: 5049,
	suggestVersions: 5050,
	suggestFlags: 5051,
	supplementNames: 5052,
	supplementVersions: 5053,
	supplementFlags: 5054,
	enhanceNames: 5055,
	enhanceVersions: 5056,
	enhanceFlags: 5057,
	fileCapabilities: 5010,
} as const;

/** Tags with one value, or few, that are told as they are. What `Metadata` has a place for is not among them. */
export const fieldTags: Readonly<Record<string, number>> = {
	EPOCH: 1003,
	BUILDHOST: 1007,
	SIZE: 1009,
	DISTRIBUTION: 1010,
	GROUP: 1016,
	OS: 1021,
	ARCH: 1022,
	SOURCERPM: 1044,
	EXCLUDEARCH: 1059,
	EXCLUSIVEARCH: 1061,
	RPMVERSION: 1064,
	COOKIE: 1094,
	PREFIXES: 1098,
	OPTFLAGS: 1122,
	DISTURL: 1123,
	PAYLOADFORMAT: 1124,
	PAYLOADCOMPRESSOR: 1125,
	PAYLOADFLAGS: 1126,
	PLATFORM: 1132,
	DISTTAG: 1155,
	LONGSIZE: 5009,
	BUGURL: 5012,
	VCS: 5034,
	ENCODING: 5062,
	MODULARITYLABEL: 5096,
	/** 6 from RPM 6 on. */
	RPMFORMAT: 5114,
};

/** A script by its name in a spec file: the tags of its text and of what runs it. */
export const scriptTags: Readonly<Record<string, readonly [text: number, program: number]>> = {
	'%pretrans': [1151, 1153],
	'%pre': [1023, 1085],
	'%post': [1024, 1086],
	'%preun': [1025, 1087],
	'%postun': [1026, 1088],
	'%posttrans': [1152, 1154],
	'%preuntrans': [5103, 5105],
	'%postuntrans': [5104, 5106],
	'%verifyscript': [1079, 1091],
};

/** Triggers: scripts, programs, and the conditions with the index of the script that each calls. */
export interface TriggerTags {
	/** What stands before `triggerin` in a spec file. */
	readonly prefix: string;
	readonly scripts: number;
	readonly programs: number;
	readonly names: number;
	readonly flags: number;
	readonly versions: number;
	readonly indexes: number;
}

export const triggerTags: readonly TriggerTags[] = [
	{prefix: '%', scripts: 1065, programs: 1092, names: 1066, flags: 1068, versions: 1067, indexes: 1069},
	{prefix: '%file', scripts: 5066, programs: 5067, names: 5069, flags: 5072, versions: 5071, indexes: 5070},
	{prefix: '%transfile', scripts: 5076, programs: 5077, names: 5079, flags: 5082, versions: 5081, indexes: 5080},
];

/** RPMSENSE_TRIGGER…: when a trigger calls. */
export const triggerMoments: Readonly<Record<string, number>> = {
	triggerin: 0x1_00_00,
	triggerun: 0x2_00_00,
	triggerpostun: 0x4_00_00,
	triggerprein: 0x2_00_00_00,
};

/** In the signature header: what signs, as `rpm -qpi` and `rpm -Kv` name it. */
export const signatureNames: Readonly<Record<number, string>> = {
	259: 'PGP signature',
	262: 'GPG signature',
	267: 'DSA/EdDSA header signature',
	268: 'RSA header signature',
	274: 'IMA file signatures',
	276: 'fs-verity file signatures',
	278: 'OpenPGP header signature',
	1002: 'RSA header+payload signature',
	1005: 'DSA header+payload signature',
	1006: 'PGP5 signature',
};

/** RPMFILE_… (include/rpm/rpmfiles.h): what a spec file says of a file. */
export const fileFlags: {readonly config: number; readonly ghost: number} = {config: 1, ghost: 64};
/** Those that are only told. */
export const toldFlags: Readonly<Record<string, number>> = {
	'%doc': 2,
	'%missingok': 8,
	'%config(noreplace)': 16,
	'%ghost': 64,
	'%license': 128,
	'%readme': 256,
	'%pubkey': 2048,
	'%artifact': 4096,
};

/** PGPHASHALGO_… by their numbers in tag 5011, RFC 9580 section 9.5. MD5 where the tag is absent. */
export const digestAlgorithms: Readonly<Record<number, string>> = {
	1: 'md5',
	2: 'sha1',
	8: 'sha256',
	9: 'sha384',
	10: 'sha512',
	11: 'sha224',
	12: 'sha3-256',
	14: 'sha3-512',
};

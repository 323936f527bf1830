/** The numbers of the tags that are written. Sources: docs/manual/tags.md and include/rpm/rpmtag.h of rpm. */
export const signatureTags = {
	/** Of the main header, by any key but an RSA one. */
	dsa: 267,
	rsa: 268,
	sha1: 269,
	longSize: 270,
	longPayloadSize: 271,
	sha256: 273,
	size: 1000,
	md5: 1004,
	payloadSize: 1007,
	reserved: 1008,
} as const;

export const tags = {
	languages: 100,
	name: 1000,
	version: 1001,
	release: 1002,
	epoch: 1003,
	summary: 1004,
	description: 1005,
	buildTime: 1006,
	buildHost: 1007,
	size: 1009,
	vendor: 1011,
	license: 1014,
	packager: 1015,
	group: 1016,
	url: 1020,
	os: 1021,
	arch: 1022,
	fileSizes: 1028,
	fileModes: 1030,
	fileDeviceNumbers: 1033,
	fileTimes: 1034,
	fileDigests: 1035,
	fileLinks: 1036,
	fileFlags: 1037,
	fileUsers: 1039,
	fileGroups: 1040,
	sourceRpm: 1044,
	fileVerifyFlags: 1045,
	provideNames: 1047,
	requireFlags: 1048,
	requireNames: 1049,
	requireVersions: 1050,
	fileDevices: 1095,
	fileInodes: 1096,
	fileLanguages: 1097,
	provideFlags: 1112,
	provideVersions: 1113,
	directoryIndexes: 1116,
	baseNames: 1117,
	directoryNames: 1118,
	payloadFormat: 1124,
	payloadCompressor: 1125,
	payloadFlags: 1126,
	longFileSizes: 5008,
	longSize: 5009,
	fileDigestAlgorithm: 5011,
	encoding: 5062,
	payloadDigest: 5092,
	payloadDigestAlgorithm: 5093,
	payloadDigestUncompressed: 5097,
	/** RPMTAG_RPMFORMAT: only in packages of version 6. */
	format: 5114,
	/**
	 * The manifest's summary, as JSON: our own tag, the letters «venv», far above what rpm numbers. Every rpm since 4.14
	 * lets unknown tags be (hdrchkTagType: «permit unknown tags for forward compatibility»), and signs them with the rest.
	 */
	venvpack: 0x76_65_6e_76,
} as const;

/** PGPHASHALGO_SHA256: the number of SHA-256 wherever a header names an algorithm. */
export const sha256Algorithm = 8;

/**
 * What a service gets unless it is told otherwise: docs/how-to/services.md says of each what it does and how to turn it off.
 * Not among them is what breaks usual Python programs: MemoryDenyWriteExecute (cffi), ProcSubset (psutil).
 */
export const hardening: ReadonlyArray<readonly [directive: string, value: string]> = [
	['NoNewPrivileges', 'yes'],
	['ProtectSystem', 'strict'],
	['ProtectHome', 'yes'],
	['PrivateTmp', 'yes'],
	['PrivateDevices', 'yes'],
	['ProtectProc', 'invisible'],
	['ProtectClock', 'yes'],
	['ProtectHostname', 'yes'],
	['ProtectKernelTunables', 'yes'],
	['ProtectKernelModules', 'yes'],
	['ProtectKernelLogs', 'yes'],
	['ProtectControlGroups', 'yes'],
	['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'],
	['RestrictNamespaces', 'yes'],
	['RestrictRealtime', 'yes'],
	['RestrictSUIDSGID', 'yes'],
	['LockPersonality', 'yes'],
	['SystemCallArchitectures', 'native'],
	['SystemCallFilter', '@system-service'],
	['SystemCallErrorNumber', 'EPERM'],
	['UMask', '0027'],
];

/** The same for what does not run as root, which would miss them. */
export const hardeningOfUsers: ReadonlyArray<readonly [directive: string, value: string]> = [
	['CapabilityBoundingSet', ''],
	['RemoveIPC', 'yes'],
];

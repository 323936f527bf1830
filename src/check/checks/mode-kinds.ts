import type {FindingKind} from '../../model/findings.ts';

/** What can be wrong with modes and owners. */
export const modeKinds: Readonly<
	Record<'writable' | 'groupWritable' | 'closed' | 'setuid' | 'idle' | 'owner', FindingKind>
> = {
	writable: {
		code: 'MODE_WRITABLE',
		severity: 'error',
		title: 'everybody may change it',
		why: 'Any user of the machine can put code there that others, and root, will run.',
		remedy: 'chmod o-w before it is packed',
	},
	groupWritable: {
		code: 'MODE_GROUP_WRITABLE',
		severity: 'warning',
		title: 'its group may change it',
		why: 'Whoever is in that group can change what others run. It mostly comes from the umask of the builder.',
		remedy: 'chmod g-w before it is packed, or build with umask 022',
	},
	closed: {
		code: 'MODE_CLOSED',
		severity: 'error',
		title: 'not everybody may read it',
		why: 'The application works for root alone; a service or a person gets “Permission denied”.',
		remedy: 'chmod a+rX before it is packed',
	},
	setuid: {
		code: 'MODE_SETUID',
		severity: 'error',
		title: 'it runs with the rights of its owner',
		why: 'A setuid or setgid program gives every user of the machine those rights; a Python application never needs it.',
		remedy: 'chmod ug-s before it is packed; let systemd give a service the capabilities that it needs',
	},
	idle: {
		code: 'MODE_NOT_EXECUTABLE',
		severity: 'error',
		title: 'a program that nobody may run',
		why: 'Calling it ends with “Permission denied”.',
		remedy: 'chmod +x before it is packed',
	},
	owner: {
		code: 'OWNER_NOT_ROOT',
		severity: 'warning',
		title: 'it belongs to somebody else than root',
		why: 'Whoever has that name or number on the machine that installs can change what others run.',
		remedy:
			'pack it with root:root (tar --owner=0 --group=0, fakeroot); keep what a service writes outside of the application',
	},
};

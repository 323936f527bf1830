import {existsSync, symlinkSync, writeFileSync} from 'node:fs';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Mount} from './mounts.ts';
import {makeOpenFolder} from './open-folder.ts';

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** /dev with what every program may use and nothing of this machine's, and /proc of the program's own processes. */
export function bareDevices(folder: HostPath): readonly Mount[] {
	const source = hostPath(`${folder}/dev`);
	makeOpenFolder(`${source}/shm`);
	for (const [name, target] of [
		['fd', 'fd'],
		['stdin', 'fd/0'],
		['stdout', 'fd/1'],
		['stderr', 'fd/2'],
	] as const) {
		symlinkSync(`/proc/self/${target}`, `${source}/${name}`);
	}

	const present = devices.filter(name => existsSync(`/dev/${name}`));
	for (const name of present) {
		writeFileSync(`${source}/${name}`, '');
	}

	return [
		{kind: 'bind', source, target: '/dev'},
		...present.map((name): Mount => ({kind: 'device', source: hostPath(`/dev/${name}`), target: `/dev/${name}`})),
		{kind: 'tmpfs', target: '/dev/shm', mode: '1777'},
		{kind: 'proc', target: '/proc'},
	];
}

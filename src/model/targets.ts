import type {Target} from './target.ts';

const debian = (id: string, packagerVersion: string, glibc: string, ...pythons: string[]): Target => ({
	id,
	packager: 'dpkg',
	packagerVersion,
	pythons,
	glibc,
});

const redHat = (id: string, packagerVersion: string, glibc: string, ...pythons: string[]): Target => ({
	id,
	packager: 'rpm',
	packagerVersion,
	pythons,
	glibc,
});

/**
 * The distributions that packages are made for. `pythons`: the default interpreter first, then others that lie beside it
 * as /usr/bin/python3.X. A distribution that gives its interpreters new patch levels stands with the level of its last
 * minor release (8.10, 9.6, 10.0; for Ubuntu its updates): the package asks for more where a dependency needs more.
 */
export const targets: readonly Target[] = [
	debian('debian-11', '1.20.13', '2.31', '3.9.2'),
	debian('debian-12', '1.21.22', '2.36', '3.11.2'),
	debian('debian-13', '1.22.21', '2.41', '3.13.5'),
	debian('ubuntu-22.04', '1.21.1', '2.35', '3.10.12'),
	debian('ubuntu-24.04', '1.22.6', '2.39', '3.12.3'),
	debian('ubuntu-26.04', '1.23.7', '2.43', '3.14.4'),
	redHat('el8', '4.14.3', '2.28', '3.12.1', '3.11.7', '3.9.19'),
	redHat('el9', '4.16.1.3', '2.34', '3.9.21', '3.11.11', '3.12.9'),
	redHat('el10', '4.19.1.1', '2.39', '3.12.9'),
	redHat('fedora-41', '4.20.0', '2.40', '3.13.0'),
	redHat('fedora-42', '4.20.1', '2.41', '3.13.2'),
	redHat('fedora-43', '6.0.0', '2.42', '3.14.0'),
];

import {decodeOsRelease} from '../../codecs/os-release.ts';
import {describeMachine} from '../../host/machine.ts';
import {run} from '../../host/run.ts';
import type {SystemPackage} from '../../model/carried-part.ts';
import {HostError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';

/**
 * Which packages of this machine's distribution the files belong to: dpkg is asked, and rpm of what dpkg does not know. A file
 * that neither knows is not in the answer, which is not an error: it was built here, or copied.
 */
export async function packagesOf(
	files: readonly HostPath[],
	environment: Environment,
): Promise<ReadonlyMap<HostPath, SystemPackage>> {
	const known = await fromDpkg(files, environment);
	const rest = files.filter(file => !known.has(file));
	return new Map([...known, ...(await fromRpm(rest, environment))]);
}

async function fromDpkg(files: readonly HostPath[], environment: Environment): Promise<Map<HostPath, SystemPackage>> {
	// Where /lib is a link to /usr/lib, dpkg knows a file by either name.
	const names = new Map(files.flatMap(file => [file, otherName(file)].map(name => [name, file] as const)));
	const owners = new Map<string, HostPath[]>();
	for (const line of await linesOf('dpkg-query', ['--search', ...names.keys()], environment)) {
		const [, owner, name = ''] = /^([a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?)(?:, [^/]*)?: (\/.*)$/.exec(line) ?? [];
		const file = names.get(name);
		if (owner !== undefined && file !== undefined) {
			owners.set(owner, [...(owners.get(owner) ?? []), file]);
		}
	}

	// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how dpkg-query writes its fields.
	const format = '${binary:Package}\\t${Package}\\t${Version}\\t${Architecture}\\n';
	const found = new Map<HostPath, SystemPackage>();
	for (const line of await linesOf('dpkg-query', ['--show', `--showformat=${format}`, ...owners.keys()], environment)) {
		const [full = '', name = '', version = '', arch = ''] = line.split('\t');
		for (const file of owners.get(full) ?? owners.get(name) ?? []) {
			found.set(file, {manager: 'deb', ...distribution(), name, version, arch, license: ''});
		}
	}

	return found;
}

function otherName(file: HostPath): string {
	return file.startsWith('/usr/') ? file.slice('/usr'.length) : `/usr${file}`;
}

async function fromRpm(files: readonly HostPath[], environment: Environment): Promise<Map<HostPath, SystemPackage>> {
	const found = new Map<HostPath, SystemPackage>();
	const format = '%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{LICENSE}\\n';
	for (const file of files) {
		const [line = ''] = await linesOf('rpm', ['-qf', '--queryformat', format, file], environment);
		const [name = '', version = '', arch = '', license] = line.split('\t');
		if (license !== undefined) {
			found.set(file, {manager: 'rpm', ...distribution(), name, version, arch, license});
		}
	}

	return found;
}

/** What a program prints, also where it fails because it does not know all that it is asked for. Nothing where there is none. */
export async function linesOf(program: string, args: readonly string[], environment: Environment): Promise<string[]> {
	if (args.at(-1)?.startsWith('-')) {
		return [];
	}

	try {
		const {stdout} = await run(program, args, {env: {...environment, LC_ALL: 'C.UTF-8'}});
		return stdout.split('\n');
	} catch (error) {
		if (error instanceof HostError && error.code !== 'INTERRUPTED') {
			return (error.output ?? '').split('\n');
		}

		throw error;
	}
}

function distribution(): Pick<SystemPackage, 'distribution' | 'release'> {
	const said = decodeOsRelease(describeMachine().osRelease);
	const [id = 'linux', version] = [said.get('ID'), said.get('VERSION_ID')];
	return {distribution: id, release: version === undefined ? id : `${id}-${version}`};
}

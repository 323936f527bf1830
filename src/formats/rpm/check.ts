import {cpioNameLimit} from '../../codecs/cpio.ts';
import {headerLimits} from '../../codecs/rpm-header.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import type {WriteOptions} from '../format.ts';
import {rpmArch} from './arch.ts';
import {FileList} from './files.ts';
import {mainHeader} from './header.ts';
import {rpmVersion} from './version.ts';

/** ALLOWED_CHARS_NAME and ALLOWED_CHARS_VERREL of rpm (build/rpmbuild_internal.h), which refuses `..` in both. */
const nameRule = /^[a-z0-9_](?:[a-z0-9_+-]|\.(?!\.))*$/i;
const releaseRule = /^(?:[a-z0-9_+~^]|\.(?!\.))+$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const control = /[\u0000-\u001f\u007f]/;
/** A description has lines, and may have tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const controlInText = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * Refuses what an rpm cannot hold, or what rpm would not install.
 * Throws an ArtifactError: RPM_NAME_INVALID, RPM_VERSION_INVALID, RPM_RELEASE_INVALID, RPM_ARCH_INVALID,
 * RPM_FIELD_INVALID, RPM_RELATION_INVALID, RPM_TRIGGER_INVALID, RPM_PATH_TOO_LONG, RPM_TOO_MANY_FILES.
 */
export function checkRpm(pkg: NewPackage, options: WriteOptions): void {
	checkNames(pkg);
	checkArch(pkg.arch);
	checkFields(pkg, options);
	checkFiles(pkg);
	checkHeader(pkg, options);
}

function checkNames({metadata: {name, version, release}}: NewPackage): void {
	rpmVersion(version);
	if (!nameRule.test(name)) {
		throw refusal('RPM_NAME_INVALID', `${JSON.stringify(name)} is no name of an rpm`, {
			hint: `use letters, digits, ".", "_", "+" and "-", such as ${suggestedName(name)}, with --name`,
		});
	}

	if (!releaseRule.test(release)) {
		throw refusal('RPM_RELEASE_INVALID', `${JSON.stringify(release)} is no release of an rpm`, {
			hint: 'use letters, digits, ".", "_", "+", "~" and "^", such as 1, with --release',
		});
	}
}

function checkArch(machine: string): void {
	const {name} = rpmArch(machine);
	if (!/^\w+$/.test(name)) {
		throw refusal('RPM_ARCH_INVALID', `${JSON.stringify(name)} is no architecture of an rpm`, {
			hint: 'use the word of uname -m, such as x86_64, or any, with --arch',
		});
	}
}

function suggestedName(name: string): string {
	const plain = name.replaceAll(/[^a-z0-9._+-]+/gi, '-').replaceAll(/\.{2,}/g, '.');
	return plain.replace(/^[^a-z0-9_]+/i, '').replace(/-+$/, '') || 'app';
}

function checkFields(pkg: NewPackage, {settings}: WriteOptions): void {
	const {summary, license, vendor, maintainer, homepage, description} = pkg.metadata;
	const lines = {summary, license, vendor, maintainer, homepage, 'rpm.group': String(settings.group)};
	const wrong = Object.entries(lines).find(([, value]) => control.test(value));
	const field = wrong?.[0] ?? (controlInText.test(description) ? 'description' : undefined);
	if (field !== undefined) {
		throw refusal('RPM_FIELD_INVALID', `${field} holds a line break or another control character`, {
			hint: `a header of rpm has no place for it: give ${field} as plain text`,
		});
	}
}

function checkFiles(pkg: NewPackage): void {
	const count = pkg.tree.entries.length;
	if (count > headerLimits.values) {
		throw refusal('RPM_TOO_MANY_FILES', `the tree has ${count} files, and an rpm holds ${headerLimits.values}`, {
			hint: 'choose a tarball for a tree of this size',
		});
	}

	// With `.` before it and a NUL behind it.
	const long = pkg.tree.entries.find(entry => Buffer.byteLength(entry.path) + 2 > cpioNameLimit);
	if (long !== undefined) {
		throw refusal('RPM_PATH_TOO_LONG', `a path has over ${cpioNameLimit - 2} bytes: ${long.path.slice(0, 200)}…`, {
			hint: 'rpm cannot read it: choose a shorter prefix',
		});
	}
}

/** Made once without its digests, which have one length: its size is the real one, but for the manifest's. */
function checkHeader(pkg: NewPackage, {settings, compression, target}: WriteOptions): void {
	const digest = '0'.repeat(64);
	const payload = {compressed: digest, uncompressed: digest};
	const {size} = mainHeader({pkg, files: new FileList(pkg), settings, compression, target, payload});
	if (size > headerLimits.data) {
		throw refusal('RPM_TOO_MANY_FILES', `the header would have ${size} bytes, and rpm reads ${headerLimits.data}`, {
			hint: 'choose a tarball for a tree of this size',
		});
	}
}

function refusal(code: string, message: string, {hint}: {hint: string}): ArtifactError {
	return new ArtifactError(`rpm: ${message}`, {code, format: 'rpm', hint});
}

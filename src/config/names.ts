import {valid} from '@renovatebot/pep440';
import {normalizedName} from '../codecs/requirement-name.ts';
import {suggestion} from '../model/nearest.ts';
import {type InstallPath, installPath} from '../model/paths.ts';
import {type Place, refusal, shown} from './place.ts';

/** Machines by the names that package managers give them → as uname(1) says. */
const machines: Readonly<Record<string, string>> = {
	amd64: 'x86_64',
	arm64: 'aarch64',
	armhf: 'armv7l',
	armv7hl: 'armv7l',
	i386: 'i686',
	ppc64el: 'ppc64le',
	all: 'any',
	noarch: 'any',
};
const archs = ['auto', 'any', 'x86_64', 'aarch64', 'armv7l', 'i686', 'ppc64le', 'riscv64', 's390x'];

/**
 * The name of a package as given. Throws a ConfigError (NAME_INVALID) for one that dpkg would refuse: two characters
 * at least, of lower-case letters, digits, `+`, `-`, `.` (Debian Policy 5.6.1; rpm takes all of these).
 */
export function checkName(name: string, place: Place): string {
	if (/^[a-z0-9][a-z0-9+.-]+$/.test(name)) {
		return name;
	}

	const better = normalizedName(name)
		.replaceAll(/[^a-z0-9+.-]+/g, '-')
		.replaceAll(/^[^a-z0-9]+|-+$/g, '');
	throw refusal(place, `is ${shown(name)}, which is no package name`, {
		code: 'NAME_INVALID',
		hint: `two or more lower-case letters, digits, "+", "-", "."${better.length > 1 ? `, such as ${shown(better)}` : ''}`,
	});
}

/** A version as written, spaces and a leading `v` taken off. Throws a ConfigError (VERSION_INVALID) where PEP 440 has none such. */
export function checkVersion(version: string, place: Place): string {
	const written = version.trim().replace(/^v/i, '');
	if (valid(written) === null) {
		throw refusal(place, `is ${shown(version)}, which is no version`, {
			code: 'VERSION_INVALID',
			hint: 'write it by PEP 440, such as 1.2.0, 1.2.0rc1, 1.2.0.post1 or 1.2.0+local',
		});
	}

	return written;
}

/** A release. Throws a ConfigError (RELEASE_INVALID) for what a deb or an rpm cannot hold. */
export function checkRelease(release: string, place: Place): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9.+~]*$/.test(release)) {
		throw refusal(place, `is ${shown(release)}, which is no release`, {
			code: 'RELEASE_INVALID',
			hint: 'letters, digits, ".", "+" and "~", beginning with a letter or digit, such as 1 or 1~bookworm',
		});
	}

	return release;
}

/** An architecture as uname(1) says, `any` or `auto`. Throws a ConfigError (ARCH_INVALID). */
export function checkArch(arch: string, place: Place): string {
	const known = machines[arch] ?? arch;
	if (!archs.includes(known)) {
		throw refusal(place, `is ${shown(arch)}, which is no architecture`, {
			code: 'ARCH_INVALID',
			hint: suggestion(arch, archs),
		});
	}

	return known;
}

/** A minor such as 3.12, or a path. Throws a ConfigError (PYTHON_INVALID). */
export function checkPython(python: string, place: Place): string {
	const minor = /^(?:python)?(3\.\d{1,2})$/.exec(python)?.[1];
	if (minor !== undefined) {
		return minor;
	}

	if (!python.includes('/')) {
		const patch = /^(?:python)?(3\.\d{1,2})\.\d+/.exec(python)?.[1];
		throw refusal(place, `is ${shown(python)}, which is neither a minor nor a path`, {
			code: 'PYTHON_INVALID',
			hint: `write a minor such as ${patch ?? '3.12'}, or the path of an interpreter such as /usr/bin/python${patch ?? '3.12'}`,
		});
	}

	return python;
}

/** A digest, in lower case. Throws a ConfigError (PYTHON_ARCHIVE_SHA256_INVALID). */
export function checkSha256(text: string, place: Place): string {
	const digest = text.trim().toLowerCase();
	if (!/^[0-9a-f]{64}$/.test(digest)) {
		throw refusal(place, `is ${shown(text)}, which is no sha256`, {
			code: 'PYTHON_ARCHIVE_SHA256_INVALID',
			hint: 'write its 64 hexadecimal digits, as sha256sum prints them',
		});
	}

	return digest;
}

/** The target's interpreter. Throws a ConfigError (TARGET_PYTHON_INVALID) for what is no absolute path. */
export function checkTargetPython(path: string, place: Place): InstallPath {
	if (!path.startsWith('/') || path.endsWith('/') || path.split('/').includes('..') || /\p{Cc}/u.test(path)) {
		throw refusal(place, `is ${shown(path)}, which is no absolute path of a program`, {
			code: 'TARGET_PYTHON_INVALID',
			hint: 'write where the interpreter lies on the machine that installs, such as /usr/bin/python3.11',
		});
	}

	return installPath(path);
}

/** A text that goes into one field of a package. Throws a ConfigError (TEXT_INVALID): a line break would forge the next field. */
export function checkLine(text: string, place: Place): string {
	if (/\p{Cc}|[\u2028\u2029]/u.test(text)) {
		throw refusal(place, `is ${shown(text)}, which is more than one line of text`, {
			code: 'TEXT_INVALID',
			hint: 'write it on one line, without control characters',
		});
	}

	return text.trim();
}

/** Paragraphs. Throws a ConfigError (TEXT_INVALID) for control characters other than line breaks and tabs. */
export function checkParagraphs(text: string, place: Place): string {
	if (/(?![\n\r\t])\p{Cc}/u.test(text)) {
		throw refusal(place, `is ${shown(text)}, which holds a control character`, {
			code: 'TEXT_INVALID',
			hint: 'leave control characters out',
		});
	}

	return text.replaceAll(/\r\n?/g, '\n').trim();
}

/** `Name <address>`. Throws a ConfigError (MAINTAINER_INVALID). Debian Policy 5.6.2. */
export function checkMaintainer(text: string, place: Place): string {
	const line = checkLine(text, place);
	if (!isMaintainer(line)) {
		throw refusal(place, `is ${shown(text)}, which is no name and address`, {
			code: 'MAINTAINER_INVALID',
			hint: 'write it as Jane Doe <jane@example.org>',
		});
	}

	return line;
}

export function isMaintainer(text: string): boolean {
	return /^[^<>\p{Cc}]*[^<>\s] <[^<>\s@]+@[^<>\s@]+>$/u.test(text);
}

import {below, installPath, isWithin, linkDestination, parentOf} from '../../model/paths.ts';
import type {Member, WheelArchive} from './archive.ts';
import {refusal} from './refusal.ts';

/** NAME_MAX of every Linux file system. */
const longestName = 255;
/** What no wheel needs: see `refuseBombs`. */
const honestRatio = 2000;
const ratioCountsFrom = 10 * 1024 * 1024;
const largestTotal = 64 * 1024 ** 3;

const typeMask = 0o17_00_00;
const types = {regular: 0o10_00_00, folder: 0o04_00_00, link: 0o12_00_00} as const;

/**
 * Refuses a wheel whose members would be something else on the disk than files below their folders.
 * Throws an InputError with one of the codes of refusal.ts.
 */
export async function refuseHostile(archive: WheelArchive, wheel: string): Promise<void> {
	refuseBombs(archive, wheel);
	const seen = new Set<string>();
	for (const member of archive.members) {
		refusePath(member, wheel);
		refuseMode(member, wheel);
		const name = member.name.replace(/\/$/, '');
		if (seen.has(name) && !member.name.endsWith('/')) {
			throw refusal(wheel, 'WHEEL_DUPLICATE', `it holds ${member.name} twice`);
		}

		seen.add(name);
		if ((member.mode & typeMask) === types.link) {
			await refuseEscape(member, archive, wheel);
		}
	}

	refuseFilesAsFolders(archive, seen, wheel);
}

function refusePath({name}: Member, wheel: string): void {
	const parts = name.replace(/\/$/, '').split('/');
	if (name.includes('\0') || name.includes('\\') || parts.some(part => part === '..' || part === '.' || part === '')) {
		throw refusal(wheel, 'WHEEL_PATH', `its member ${name} is not a path below its own folder`);
	}

	const long = parts.find(part => Buffer.byteLength(part) > longestName);
	if (long !== undefined) {
		const length = Buffer.byteLength(long);
		throw refusal(
			wheel,
			'WHEEL_LONG_NAME',
			`the name of its member ${long.slice(0, 40)}… has ${length} bytes, and ${longestName} is the most`,
		);
	}
}

function refuseMode({name, mode}: Member, wheel: string): void {
	if ((mode & 0o60_00) !== 0) {
		throw refusal(wheel, 'WHEEL_SETUID', `its member ${name} is ${mode & 0o40_00 ? 'setuid' : 'setgid'}`);
	}

	const type = mode & typeMask;
	if (type !== 0 && type !== types.regular && type !== types.folder && type !== types.link) {
		throw refusal(
			wheel,
			'WHEEL_SPECIAL_FILE',
			`its member ${name} is a device, socket or pipe (mode ${mode.toString(8)})`,
		);
	}
}

async function refuseEscape(member: Member, archive: WheelArchive, wheel: string): Promise<void> {
	const target = Buffer.from(await archive.read(member)).toString('utf8');
	const root = installPath('/wheel/of');
	const link = below(root, member.name);
	// A path two folders deep, so that every `..` too many is seen.
	const climbs =
		target.startsWith('/') || !isWithin(linkDestination(link, target), root) || overshoots(parentOf(link), target);
	if (climbs) {
		throw refusal(wheel, 'WHEEL_LINK', `its member ${member.name} is a link to ${target}, outside of the wheel`);
	}
}

function overshoots(folder: string, target: string): boolean {
	const depth = folder.split('/').length - 3;
	const climbs = target.split('/').filter(part => part === '..').length;
	return climbs > depth;
}

/** `a` and `a/b` cannot both be files. */
function refuseFilesAsFolders(archive: WheelArchive, seen: ReadonlySet<string>, wheel: string): void {
	const files = new Set(archive.members.map(member => member.name).filter(name => !name.endsWith('/')));
	for (const name of seen) {
		for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
			const folder = name.slice(0, at);
			if (files.has(folder)) {
				throw refusal(wheel, 'WHEEL_DUPLICATE', `it holds ${folder} both as a file and as a folder`);
			}
		}
	}
}

/** Deflate reaches 1032:1, so more is a claim that cannot be true, or overlapping members. */
function refuseBombs(archive: WheelArchive, wheel: string): void {
	let total = 0;
	let packed = 0;
	for (const member of archive.members) {
		total += member.size;
		packed += member.packed;
		if (member.size > ratioCountsFrom && member.size > member.packed * honestRatio) {
			throw refusal(
				wheel,
				'WHEEL_BOMB',
				`its member ${member.name} says to unpack ${member.packed} bytes to ${member.size}`,
			);
		}
	}

	if (total > largestTotal || (total > ratioCountsFrom && total > packed * honestRatio)) {
		throw refusal(wheel, 'WHEEL_BOMB', `its members say to unpack ${packed} bytes to ${total}`);
	}

	refuseOverlaps(archive, wheel);
}

/** Members that share bytes unpack to more than any ratio tells (David Fifield's bomb). */
function refuseOverlaps(archive: WheelArchive, wheel: string): void {
	const byPlace = [...archive.members].sort(
		(one, other) => one.entry.relativeOffsetOfLocalHeader - other.entry.relativeOffsetOfLocalHeader,
	);
	let end = 0;
	for (const {name, packed, entry} of byPlace) {
		if (entry.relativeOffsetOfLocalHeader < end) {
			throw refusal(wheel, 'WHEEL_BOMB', `its member ${name} lies inside of another one`);
		}

		end = entry.relativeOffsetOfLocalHeader + 30 + entry.fileNameLength + packed;
	}
}

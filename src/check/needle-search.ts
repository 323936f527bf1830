import {endsComponent} from '../codecs/path-component.ts';
import type {Needle} from './leak-needles.ts';

/** Needles that begin alike: one pass finds all of them, and the longest that fits counts. */
interface Family {
	/** A few bytes of what all begin with: short patterns are found several times as fast as long ones (V8, Node 24). */
	readonly probe: Buffer;
	/** Of the probe, in bytes from the start of each needle. */
	readonly shift: number;
	/** Longest first. */
	readonly members: ReadonlyArray<{readonly needle: Needle; readonly bytes: Buffer}>;
}

/** What is common in texts and programs, the most common last: a probe had better begin with something else. */
const common = '%@!~^`#QJZX$?<>*+&9876KVWYG34HUMBFOjqLPRD{}[]5NCAS|;ITEkz:x\\\'"vwy021-bg_mhf.u,/=)(dlcipornsat e\n\0';
const longestProbe = 6;
/** Less in common, such as `/home/`, would stop too often. */
const shortestRoot = 7;

/** Looks for all of a list of needles, one pass a family; made once, used for every file. */
export class NeedleSearch {
	readonly #families: readonly Family[];
	/** Bytes that a decision may need: the longest needle, and two after it. */
	readonly reach: number;

	constructor(needles: readonly Needle[]) {
		const sought = needles.map(needle => ({needle, bytes: Buffer.from(needle.text)}));
		this.#families = familiesOf(sought);
		this.reach = Math.max(0, ...sought.map(({bytes}) => bytes.length)) + 2;
	}

	/** Calls `found` for each needle that begins before `limit`, families one after the other. */
	search(bytes: Buffer, limit: number, found: (needle: Needle, at: number) => void): void {
		for (const family of this.#families) {
			const {probe, shift} = family;
			for (let hit = bytes.indexOf(probe); hit >= 0 && hit - shift < limit; hit = bytes.indexOf(probe, hit + 1)) {
				const needle = needleAt(bytes, hit - shift, family);
				if (needle) {
					found(needle, hit - shift);
				}
			}
		}
	}
}

function needleAt(bytes: Buffer, at: number, {members}: Family): Needle | undefined {
	return members.find(({needle, bytes: text}) => {
		const end = at + text.length;
		return (
			at >= 0 &&
			end <= bytes.length &&
			bytes.compare(text, 0, text.length, at, end) === 0 &&
			(!needle.isPath || endsComponent(bytes, end))
		);
	})?.needle;
}

interface Group {
	/** What all members begin with. */
	readonly root: Buffer;
	readonly members: Family['members'];
}

/** Joins needles that have enough in common at their start, and those that begin with another whole needle. */
function familiesOf(sought: Family['members']): Family[] {
	let groups: Group[] = [];
	for (const one of [...sought].sort((a, b) => b.bytes.length - a.bytes.length)) {
		const isKin = ({root}: Group) => sharedStart(root, one.bytes) >= Math.min(shortestRoot, one.bytes.length);
		const kin = groups.filter(isKin);
		const members = [...kin.flatMap(group => group.members), one].sort((a, b) => b.bytes.length - a.bytes.length);
		const length = Math.min(one.bytes.length, ...kin.map(({root}) => sharedStart(root, one.bytes)));
		groups = [...groups.filter(group => !isKin(group)), {root: one.bytes.subarray(0, length), members}];
	}

	return groups.map(({root, members}) => ({members, ...probeOf(root)}));
}

/** How many bytes two begin with alike. */
function sharedStart(one: Buffer, other: Buffer): number {
	const differ = one.findIndex((byte, at) => byte !== other[at]);
	return differ < 0 ? one.length : differ;
}

/** The window whose first byte is the rarest. */
function probeOf(root: Buffer): {probe: Buffer; shift: number} {
	const length = Math.min(longestProbe, root.length);
	const rank = (shift: number) => common.indexOf(String.fromCharCode(root[shift] ?? 0));
	const shifts = Array.from({length: root.length - length + 1}, (_, shift) => shift);
	const shift = shifts.reduce((best, one) => (rank(one) < rank(best) ? one : best), 0);
	return {probe: root.subarray(shift, shift + length), shift};
}

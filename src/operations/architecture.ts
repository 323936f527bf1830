import {closeSync, openSync, readSync} from 'node:fs';
import {locationOf} from '../host/read.ts';
import type {Plan} from '../model/plan.ts';
import type {Staged} from '../model/staged.ts';
import type {Content, Entry, Tree} from '../model/tree.ts';

interface Evidence {
	readonly plan: Plan;
	/** Something that was installed is tagged for a platform. */
	readonly isNative: boolean;
	readonly staged: Staged;
	readonly tree: Tree;
}

/**
 * The machine that a tree belongs to, as uname(1) says, or `any`. The tags of the wheels say it; what is in the tree
 * without being in a downloaded wheel, such as what a hook compiled, is looked at. A program for another machine that
 * lies as data in a pure wheel binds the tree to nothing.
 */
export function architectureOf({plan, isNative, staged, tree}: Evidence): string {
	if (plan.arch !== 'auto') {
		return plan.arch;
	}

	const isBound = isNative || tree.entries.some(entry => !staged.downloaded.has(entry.path) && isProgram(entry));
	return isBound ? plan.input.machine : 'any';
}

const elf = Buffer.from('\x7fELF', 'latin1');

function isProgram(entry: Entry): boolean {
	return entry.kind === 'file' && !/\.pyc?$/.test(entry.path) && headOf(entry.content).equals(elf);
}

function headOf(content: Content): Buffer {
	switch (content.kind) {
		case 'packed':
			throw new RangeError('a build does not look into artifacts');
		case 'bytes':
			return Buffer.from(content.bytes.subarray(0, elf.length));
		case 'patched':
			return headOf(content.source);
		case 'staged': {
			const head = Buffer.alloc(elf.length);
			const descriptor = openSync(locationOf(content), 'r');
			try {
				return head.subarray(0, readSync(descriptor, head));
			} finally {
				closeSync(descriptor);
			}
		}
	}
}

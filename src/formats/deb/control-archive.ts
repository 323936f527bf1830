import {createReadStream} from 'node:fs';
import type {HostPath} from '../../model/paths.ts';
import type {Compression} from '../../model/plan.ts';
import {TarBody} from '../tar-body.ts';

/** A file that dpkg keeps for the package, outside of the tree: deb-control(5) and its relatives. */
export interface ControlMember {
	readonly name: string;
	/** 0o755 for maintainer scripts, 0o644 for the rest. */
	readonly mode: number;
	readonly content: Uint8Array | {readonly file: HostPath; readonly size: number};
}

/**
 * Writes the control archive. Returns its size in bytes, compressed.
 * Throws a HostError (XZ_MISSING, DISK_FULL, OUTPUT_UNWRITABLE).
 */
export async function writeControl(
	file: HostPath,
	members: readonly ControlMember[],
	options: {readonly compression: Compression; readonly epoch: number},
): Promise<number> {
	const body = await TarBody.open(file, options.compression, options.epoch);
	try {
		await body.begin({name: './', kind: 'directory', mode: 0o755, size: 0, target: ''});
		for (const member of members) {
			await addMember(body, member);
		}

		return await body.finish();
	} catch (error) {
		await body.abort();
		throw error;
	}
}

async function addMember(body: TarBody, {name, mode, content}: ControlMember): Promise<void> {
	const isSpooled = !(content instanceof Uint8Array);
	const size = isSpooled ? content.size : content.length;
	await body.begin({name: `./${name}`, kind: 'file', mode, size, target: ''});
	if (isSpooled) {
		for await (const chunk of createReadStream(content.file)) {
			await body.write(chunk);
		}
	} else {
		await body.write(content);
	}

	await body.end();
}

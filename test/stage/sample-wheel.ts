import {createHash} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {crc32} from 'node:zlib';
import {hostPath} from '../../src/model/paths.ts';
import type {Wheel} from '../../src/model/staged.ts';

/** A wheel of these members, stored in `folder`, as the examination of wheels describes it. */
export function sampleWheel(
	folder: string,
	name: string,
	members: Readonly<Record<string, string>>,
	origin: 'index' | 'built' | 'file' = 'index',
): Wheel {
	const info = `${name}-1.0.dist-info`;
	const files: Record<string, string> = {
		...members,
		[`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
		[`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
	};
	const rows = Object.entries(files).map(
		([path, text]) => `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${text.length}\n`,
	);
	files[`${info}/RECORD`] = `${rows.join('')}${info}/RECORD,,\n`;
	const fileName = `${name}-1.0-py3-none-any.whl`;
	const file = hostPath(join(folder, fileName));
	writeFileSync(file, zip(files));
	const hashes = Object.entries(files).map(([path, text]) => [path, sha256(text)] as const);
	return {
		file,
		fileName,
		distribution: {
			name,
			version: '1.0',
			requiresPython: '',
			license: '',
			origin,
			wheel: fileName,
			sha256: '',
			scripts: [],
		},
		newest: 0,
		hashes: new Map(hashes),
		unpacked: 0,
		platformSpecific: false,
	};
}

export function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** Members stored as they are, executable where they are scripts: APPNOTE.TXT 4.3. */
function zip(files: Readonly<Record<string, string>>): Buffer {
	const locals: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const [path, text] of Object.entries(files)) {
		const [name, body] = [Buffer.from(path), Buffer.from(text)];
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(0x08_00, 2);
		common.writeUInt32LE(0x21_00_00, 6);
		common.writeUInt32LE(crc32(body), 10);
		common.writeUInt32LE(body.length, 14);
		common.writeUInt32LE(body.length, 18);
		common.writeUInt16LE(name.length, 22);
		const rest = Buffer.alloc(14);
		rest.writeUInt32LE(((0o100_000 | (path.includes('/scripts/') ? 0o755 : 0o644)) << 16) >>> 0, 6);
		rest.writeUInt32LE(offset, 10);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, body]);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, name]));
		locals.push(local);
		offset += local.length;
	}

	const end = Buffer.alloc(18);
	end.writeUInt16LE(central.length, 4);
	end.writeUInt16LE(central.length, 6);
	end.writeUInt32LE(Buffer.concat(central).length, 8);
	end.writeUInt32LE(offset, 12);
	return Buffer.concat([...locals, ...central, Buffer.from('PK\x05\x06'), end]);
}

import {createHash} from 'node:crypto';
import {type ZipMember, zip} from './zip.ts';

export interface WheelParts {
	/** Default: tiny 1.0. */
	readonly name?: string;
	readonly version?: string;
	/** Default: `py3-none-any`. */
	readonly tag?: string;
	readonly members?: readonly ZipMember[];
	/** Further lines of METADATA, such as `Requires-Dist: other`. */
	readonly metadata?: readonly string[];
	/** What becomes of a true RECORD. */
	readonly record?: (record: string) => string;
}

export interface WheelFile {
	readonly fileName: string;
	readonly bytes: Buffer;
}

/** The program that every wheel of the tests brings: `bin/NAME` prints its name and where it lives. */
const program = 'import sys\n\n\ndef main():\n    print("I live in", sys.prefix)\n';

/** A wheel with one console script, and whatever else is wanted in it. */
export function wheel(parts: WheelParts = {}): WheelFile {
	const {name = 'tiny', version = '1.0', tag = 'py3-none-any', record = asItIs} = parts;
	const info = `${name}-${version}.dist-info`;
	const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...(parts.metadata ?? [])];
	const members: ZipMember[] = [
		{name: `${name}/__init__.py`, content: program},
		...(parts.members ?? []),
		{name: `${info}/METADATA`, content: `${metadata.join('\n')}\n`},
		{name: `${info}/WHEEL`, content: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`},
		{name: `${info}/entry_points.txt`, content: `[console_scripts]\n${name} = ${name}:main\n`},
	];
	const rows = members.map(member => rowOf(member)).join('');
	const last = {name: `${info}/RECORD`, content: record(`${rows}${info}/RECORD,,\n`)};
	return {fileName: `${name}-${version}-${tag}.whl`, bytes: zip([...members, last])};
}

const asItIs = (record: string): string => record;

function rowOf({name, content = ''}: ZipMember): string {
	const path = Buffer.from(name).toString('latin1').replaceAll('"', '""');
	const digest = createHash('sha256').update(content).digest('base64url');
	return `"${path}",sha256=${digest},${Buffer.from(content).length}\n`;
}

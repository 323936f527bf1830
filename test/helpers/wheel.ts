import {createHash} from 'node:crypto';
import {type ZipMember, zip} from './zip.ts';

export interface WheelOptions {
	/** Default: sample. Its module is empty. */
	readonly name?: string;
	/** Default: 1.0. */
	readonly version?: string;
	/** Default: py3-none-any. */
	readonly tag?: string;
	/** Further lines of METADATA, such as `Requires-Dist: other`. */
	readonly metadata?: readonly string[];
	/** Beside, or instead of, the files that make it a wheel. */
	readonly files?: Readonly<Record<string, string>>;
	/** Further members, which RECORD names where `recorded` says so. */
	readonly extra?: readonly ZipMember[];
	readonly recorded?: boolean;
	/** What becomes of the rows of a true RECORD, each with its newline. */
	readonly record?: (rows: string[]) => string[];
}

/** The bytes of a wheel, honest but for what the options ask for. */
export function wheelBytes(options: WheelOptions = {}): Buffer {
	const {name = 'sample', version = '1.0', tag = 'py3-none-any', extra = [], record = rows => rows} = options;
	const info = `${name}-${version}.dist-info`;
	const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...(options.metadata ?? [])];
	const files: Record<string, string> = {
		[`${name}.py`]: '',
		[`${info}/METADATA`]: `${metadata.join('\n')}\n`,
		[`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
		...options.files,
	};
	const members: ZipMember[] = Object.entries(files).map(([path, body]) => ({name: path, body}));
	const rows = [...members, ...(options.recorded ? extra : [])].map(rowOf);
	const body = record([...rows, `${info}/RECORD,,\n`]).join('');
	return zip([...members, ...extra, {name: `${info}/RECORD`, body}]);
}

/** The name that its file must have. */
export function wheelName({name = 'sample', version = '1.0', tag = 'py3-none-any'}: WheelOptions = {}): string {
	return `${name}-${version}-${tag}.whl`;
}

/** A wheel whose console script NAME prints where it lives. */
export function programWheel(options: WheelOptions & {readonly name: string}): {name: string; bytes: Buffer} {
	const {name, version = '1.0', files} = options;
	const program = {
		[`${name}.py`]: 'import sys\n\n\ndef main():\n    print("I live in", sys.prefix)\n',
		[`${name}-${version}.dist-info/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
	};
	return {name: wheelName(options), bytes: wheelBytes({...options, files: {...program, ...files}})};
}

function rowOf({name, body = ''}: ZipMember): string {
	const digest = createHash('sha256').update(body).digest('base64url');
	return `${Buffer.from(name).toString()},sha256=${digest},${Buffer.from(body).length}\n`;
}

/** The same tree, packaged by rpmbuild and by venvpack, compared tag by tag; and rpmbuild's package read by our decoders. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';
import type {ExecutionContext} from 'ava';
import {type CpioHeader, cpioPadding, decodeCpioHeader} from '../../src/codecs/cpio.ts';
import {decodeHeader, decodeHeaderSize} from '../../src/codecs/rpm-header.ts';
import type {HeaderEntry} from '../../src/codecs/rpm-header-values.ts';
import {decodeLead, leadSize} from '../../src/formats/rpm/lead.ts';
import {signatureTags, tags} from '../../src/formats/rpm/tags.ts';
import {withTools} from '../helpers/tools.ts';
import {folderOf, type Literal, metadata, sample, writeRpm} from './rpm-sample.ts';

/** All below one folder, so that the manifest is last by name too, and the payloads can be equal byte for byte. */
const shared: Literal = {
	'/opt/hello/bin/hello*': '#!/bin/sh\necho hello\n',
	'/opt/hello/bin/ho': '-> hello',
	'/opt/hello/empty': null,
	'/opt/hello/lib/a.txt': 'abc\n',
	'/opt/hello/lib/a b.txt': 'space\n',
	'/opt/hello/lib/empty.txt': '',
	'/opt/hello/lib/Grüße.txt': 'other scripts\n',
	'/opt/hello/lib-x/y': 'sorts before lib/\n',
};

const test = withTools('rpm', 'rpmbuild');

/** Tags that differ, each with its reason. */
const differences: Readonly<Record<string, string>> = {
	// Only rpmbuild's: nothing that installs, verifies or queries a package reads them.
	Rpmversion: 'the version of rpm that built it: none did',
	Platform: 'the platform of rpmbuild',
	Optflags: 'compiler flags of rpmbuild',
	Filecolors: 'the word size of ELF files, for multilib conflicts of the distribution',
	Fileclass: 'what file(1) says of each file: absent since its words change with the version of libmagic',
	Classdict: 'the texts of Fileclass',
	// Only ours.
	'(unknown)': "the manifest's summary",
	// Follow from the above.
	Sha1header: 'digest of the header',
	Sha256header: 'digest of the header',
	Sigmd5: 'digest of header and payload',
	Sigsize: 'size of header and payload',
	Payloaddigest: 'another zstd library may compress to other bytes; the uncompressed digest is equal',
};

test('every tag is as rpmbuild writes it, but for those with a reason', async t => {
	const {ours, theirs} = await both(t);
	const here = xmlOf(ours);
	const there = xmlOf(theirs);
	const unequal = [...new Set([...here.keys(), ...there.keys()])].filter(name => here.get(name) !== there.get(name));
	t.deepEqual(
		unequal.filter(name => !(name in differences)),
		[],
	);
	t.deepEqual([...there.keys()].filter(name => !here.has(name)).sort(), [
		'Classdict',
		'Fileclass',
		'Filecolors',
		'Optflags',
		'Platform',
		'Rpmversion',
	]);
});

test('types and counts of all tags are those of rpmbuild', async t => {
	const {ours, theirs} = await both(t);
	const shape = (entries: readonly HeaderEntry[]) =>
		new Map(entries.map(entry => [entry.tag, `${entry.type} ${entry.type === 'bytes' ? '' : entry.count}`]));
	for (const part of ['signature', 'main'] as const) {
		const expected = shape(partsOf(theirs)[part]);
		for (const [tag, found] of shape(partsOf(ours)[part])) {
			t.is(found, tag === tags.venvpack ? 'string 1' : (expected.get(tag) ?? 'absent'), `${part} tag ${tag}`);
		}
	}
});

test('the payload is that of rpmbuild, byte for byte', async t => {
	const {ours, theirs} = await both(t);
	t.deepEqual(payloadOf(ours), payloadOf(theirs));
});

test('the lead is that of rpmbuild', async t => {
	const {ours, theirs} = await both(t);
	const leadOf = (file: string) => readFileSync(file).subarray(0, leadSize);
	t.deepEqual(leadOf(ours), leadOf(theirs));
	t.deepEqual(decodeLead(leadOf(theirs)), {name: 'hello-1.0~a1-1', source: false});
});

test('our decoders read what rpmbuild wrote: every number, text and file', async t => {
	const {theirs} = await both(t);
	const {signature, main} = partsOf(theirs);
	const payload = payloadOf(theirs);
	t.is(valuesOf(signature, signatureTags.payloadSize)[0], payload.length);
	t.deepEqual(valuesOf(main, tags.name), ['hello']);
	t.deepEqual(valuesOf(main, tags.payloadDigestUncompressed), [createHash('sha256').update(payload).digest('hex')]);
	const members = membersOf(payload);
	const folders = valuesOf(main, tags.directoryNames);
	const indexes = valuesOf(main, tags.directoryIndexes).map(Number);
	const names = valuesOf(main, tags.baseNames).map((name, at) => `.${folders[indexes[at] ?? 0]}${name}`);
	t.deepEqual(
		members.map(({header}) => header.name),
		names,
	);
	t.deepEqual(
		members.map(({header}) => header.mode),
		valuesOf(main, tags.fileModes),
	);
});

test('reading about a package needs no payload: the summary stands in the header', async t => {
	const {ours} = await both(t);
	const {main} = partsOf(ours);
	t.like(JSON.parse(String(valuesOf(main, tags.venvpack)[0])), {manifest: 1, name: 'hello', prefix: '/opt/hello'});
});

async function both(t: ExecutionContext): Promise<{ours: string; theirs: string}> {
	const folder = folderOf(t);
	return {
		ours: await writeRpm(sample(shared), folder),
		theirs: rpmbuild(folder),
	};
}

function rpmbuild(folder: string): string {
	const tree = join(folder, 'tree');
	for (const [name, value] of Object.entries({...shared, '/opt/hello/venvpack.json': '{"made": "last"}\n'})) {
		place(join(tree, name.replace(/\*$/, '')), value, name.endsWith('*') ? 0o755 : 0o644);
	}

	writeFileSync(join(folder, 'hello.spec'), spec(tree));
	const macros = {
		_topdir: join(folder, 'rpmbuild'),
		_buildhost: 'venvpack',
		_binary_payload: 'w3.zstdio',
		use_source_date_epoch_as_buildtime: '1',
		clamp_mtime_to_source_date_epoch: '1',
		// What distributions let rpmbuild do to the files afterwards.
		__os_install_post: '%{nil}',
		_build_id_links: 'none',
	};
	const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
	execFileSync('rpmbuild', ['-bb', '--target', 'x86_64-linux', ...defines, join(folder, 'hello.spec')], {
		env: {...process.env, SOURCE_DATE_EPOCH: '1700000000', LC_ALL: 'C.UTF-8'},
		stdio: 'pipe',
	});
	const made = join(folder, 'rpmbuild/RPMS/x86_64');
	return join(made, readdirSync(made)[0] ?? '');
}

function place(path: string, value: string | null, mode: number): void {
	mkdirSync(value === null ? path : dirname(path), {recursive: true, mode: 0o755});
	if (value?.startsWith('-> ')) {
		symlinkSync(value.slice(3), path);
	} else if (value !== null) {
		writeFileSync(path, value, {mode});
	}
}

function spec(tree: string): string {
	return `
Name: hello
Version: 1.0~a1
Release: 1
Summary: Small thing
License: ${metadata.license}
Vendor: ${metadata.vendor}
Packager: ${metadata.maintainer}
URL: ${metadata.homepage}
Group: Applications/System
AutoReqProv: no
Requires: /usr/bin/python3.11

%description
${metadata.description}

%install
mkdir -p %{buildroot}
cp -a ${tree}/. %{buildroot}/

%changelog
* Tue Nov 14 2023 ${metadata.maintainer} - 1.0~a1-1
- hello 1.0a1, release 1 of its package.

%files
/opt/hello
`;
}

/** Tag → its XML, as rpm prints it. */
function xmlOf(file: string): Map<string, string> {
	const xml = execFileSync('rpm', ['-qp', '--xml', file], {encoding: 'utf8', stdio: 'pipe'});
	return new Map(
		[...xml.matchAll(/<rpmTag name="([^"]+)">(.*?)<\/rpmTag>/gs)].map(([, name = '', body = '']) => [name, body]),
	);
}

function partsOf(file: string): {signature: HeaderEntry[]; main: HeaderEntry[]; payloadAt: number} {
	const bytes = readFileSync(file);
	const {size} = decodeHeaderSize(bytes.subarray(leadSize), leadSize);
	const mainAt = leadSize + Math.ceil(size / 8) * 8;
	return {
		signature: decodeHeader(bytes.subarray(leadSize), 62, leadSize),
		main: decodeHeader(bytes.subarray(mainAt), 63, mainAt),
		payloadAt: mainAt + decodeHeaderSize(bytes.subarray(mainAt), mainAt).size,
	};
}

function payloadOf(file: string): Buffer {
	return zstdDecompressSync(readFileSync(file).subarray(partsOf(file).payloadAt));
}

function valuesOf(entries: readonly HeaderEntry[], tag: number): (string | number)[] {
	const entry = entries.find(one => one.tag === tag);
	return entry === undefined || entry.type === 'bytes'
		? []
		: Array.from({length: entry.count}, (_, index) => entry.at(index));
}

type Member = CpioHeader & {kind: 'member'};

function membersOf(payload: Buffer): {header: Member; content: Buffer}[] {
	const members: {header: Member; content: Buffer}[] = [];
	for (let at = 0; ; ) {
		const decoded = decodeCpioHeader(payload.subarray(at), at);
		if (decoded?.header.kind !== 'member') {
			return members;
		}

		at += decoded.length;
		const {size} = decoded.header;
		members.push({header: decoded.header, content: payload.subarray(at, at + size)});
		at += size + cpioPadding(size);
	}
}

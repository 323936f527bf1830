import test from 'ava';
import {decodeEmbeddedSbom} from '../../src/codecs/embedded-sbom.ts';

const decode = (value: unknown) =>
	decodeEmbeddedSbom(typeof value === 'string' ? value : JSON.stringify(value), 'sboms/x.cdx.json');

test('the components of a CycloneDX document, those inside of others behind them', t => {
	const found = decode({
		bomFormat: 'CycloneDX',
		specVersion: '1.4',
		components: [
			{
				type: 'library',
				name: 'libssl',
				version: '3.0.7',
				purl: 'pkg:rpm/almalinux/openssl-libs@3.0.7',
				licenses: [{license: {id: 'Apache-2.0'}}],
				components: [{type: 'file', name: 'libssl.so.3'}],
			},
			{type: 'library', name: 'z', licenses: [{expression: 'Zlib OR MIT'}]},
		],
	});
	t.deepEqual(
		found?.map(({type, name, version, license}) => [type, name, version, license]),
		[
			['library', 'libssl', '3.0.7', 'Apache-2.0'],
			['file', 'libssl.so.3', '', ''],
			['library', 'z', '', 'Zlib OR MIT'],
		],
	);
	t.is(found?.[0]?.source, 'sboms/x.cdx.json');
});

for (const [what, value] of [
	['no JSON', '{'],
	['SPDX', {spdxVersion: 'SPDX-2.3'}],
	['a list', []],
	['components that are no list', {bomFormat: 'CycloneDX', components: {}}],
] as const) {
	test(`${what} is none`, t => {
		t.is(decode(value), undefined);
	});
}

test('what is not understood is left out', t => {
	const components = [{name: ''}, {name: 7}, null, {name: 'ok', type: 'spaceship', purl: 'no purl', licenses: 'MIT'}];
	t.deepEqual(decode({bomFormat: 'CycloneDX', components}), [
		{type: 'library', name: 'ok', version: '', purl: '', license: '', source: 'sboms/x.cdx.json'},
	]);
});

test('a bomb of components ends', t => {
	let deep: unknown = {name: 'end'};
	for (let at = 0; at < 2000; at++) {
		deep = {name: `n${at}`, components: [deep, deep]};
		if (at > 14) {
			break;
		}
	}

	t.is(decode({bomFormat: 'CycloneDX', components: [deep]})?.length, 10_000);
});

import type {Additions} from '../../model/additions.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Entry} from '../../model/tree.ts';
import type {OwnOptions} from '../format.ts';
import {copyrightFile} from '../notices/copyright.ts';
import {withoutCommon} from '../notices/licence-texts.ts';
import {textEntry} from '../notices/text-entry.ts';
import {debChangelog, gzipped} from './changelog.ts';
import {overridesFile} from './overrides.ts';

/** What Debian wants of a package beside its files: Policy 12.5 (copyright), 12.7 (changelogs), and overrides for lintian. */
export function debOwn(pkg: NewPackage, options: OwnOptions): Pick<Additions, 'entries' | 'marks'> {
	const {name} = pkg.metadata;
	const folder = `/usr/share/doc/${name}`;
	const {changelog, docs} = pkg.documents;
	const documents: Entry[] = [
		textEntry(`${folder}/copyright`, copyrightFile(pkg, withoutCommon)),
		textEntry(`${folder}/changelog.Debian.gz`, gzipped(Buffer.from(debChangelog(pkg)))),
		...(changelog ? [textEntry(`${folder}/changelog.gz`, gzipped(changelog.bytes))] : []),
		...docs.map(doc => textEntry(`${folder}/${doc.name}`, doc.bytes)),
	];
	const overrides = overridesFile(pkg, options);
	const entries =
		overrides === '' ? documents : [...documents, textEntry(`/usr/share/lintian/overrides/${name}`, overrides)];
	const marks = documents.map(({path}) => [path, {role: 'doc', owner: {user: 'root', group: 'root'}}] as const);
	return {entries, marks: new Map(marks)};
}

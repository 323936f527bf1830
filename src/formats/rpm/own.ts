import type {Additions, Mark} from '../../model/additions.ts';
import type {NewPackage} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {Entry} from '../../model/tree.ts';
import {copyrightFile} from '../notices/copyright.ts';
import {textEntry} from '../notices/text-entry.ts';

const root = {user: 'root', group: 'root'};

/**
 * Licences and documentation where rpm distributions look for them. The texts that lie in the dist-info folders are marked
 * where they lie (`%license`), as Fedora's macros for Python packages do; /usr/share/licenses/NAME/copyright holds all of
 * them, each once, with the owners and the folders.
 */
export function rpmOwn(pkg: NewPackage): Pick<Additions, 'entries' | 'marks'> {
	const {metadata, documents, notices, treatment} = pkg;
	const licence = textEntry(
		`/usr/share/licenses/${metadata.name}/copyright`,
		copyrightFile(pkg, text => text),
	);
	const read = [...(documents.changelog ? [documents.changelog] : []), ...documents.docs];
	const docs: Entry[] = read.map(doc => textEntry(`/usr/share/doc/${metadata.name}/${doc.name}`, doc.bytes));
	const texts = notices
		.flatMap(notice => notice.texts.map(({path}) => path))
		.filter(path => !path.endsWith('/METADATA') && !treatment.marks.has(path));
	const marks: Array<readonly [InstallPath, Mark]> = [
		...[licence.path, ...texts].map(path => [path, {role: 'license', owner: root}] as const),
		...docs.map(({path}) => [path, {role: 'doc', owner: root}] as const),
	];
	return {entries: [licence, ...docs], marks: new Map(marks)};
}

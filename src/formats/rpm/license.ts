import {normalizedName} from '../../codecs/requirement-name.ts';
import type {NewPackage} from '../../model/package.ts';
import {allOf, licenceOf} from '../notices/licence-name.ts';

/** The License tag: the application's own licence; for a collection, those of all its distributions. Empty where none is known. */
export function rpmLicense({metadata, notices}: NewPackage): string {
	const own = notices.find(({name}) => normalizedName(name) === metadata.name);
	return metadata.license === ''
		? allOf(notices.map(licenceOf))
		: licenceOf({license: metadata.license, texts: own?.texts ?? []});
}

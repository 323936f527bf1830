import {decodeRequirementName} from '../codecs/requirement-name.ts';
import {type Place, refusal, shown} from './place.ts';

/**
 * One requirement as given: by PEP 508, or the URL or path of a distribution, which the resolver reads.
 * Throws a ConfigError (REQUIREMENT_INVALID), so that no tool quotes a file at the user that he never wrote.
 */
export function checkRequirement(text: string, place: Place): void {
	const isPlace = !text.startsWith('-') && text.includes('/');
	if (!isPlace && decodeRequirementName(text) === undefined) {
		throw refusal(place, `is ${shown(text)}, which is no requirement`, {
			code: 'REQUIREMENT_INVALID',
			hint: "write it by PEP 508, such as 'httpie==3.2.4' or 'httpie[socks]>=3'; a file of requirements goes to -r",
		});
	}
}

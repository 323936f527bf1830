/** How much of a readme goes into a package's description. */
const mostParagraphs = 3;
const mostCharacters = 1000;

/**
 * The first prose of a readme in Markdown or reStructuredText, as plain paragraphs parted by an empty line: no headings,
 * badges, images, tables, code or HTML. It stops at the first heading below prose. Empty where there is no prose.
 */
export function leadingProse(readme: string): string {
	const found: string[] = [];
	let length = 0;
	for (const block of blocks(readme)) {
		const text = isHeading(block) || isMachinery(block) ? '' : plain(block);
		if (found.length > 0 && (isHeading(block) || length + text.length > mostCharacters)) {
			break;
		}

		if (/\p{L}{2,}.*\s.*\p{L}{2,}/u.test(text)) {
			found.push(text);
			length += text.length;
		}

		if (found.length === mostParagraphs) {
			break;
		}
	}

	return found.join('\n\n');
}

/** Paragraphs: lines between empty ones, fenced code and comments taken out. */
function blocks(readme: string): string[] {
	return readme
		.replaceAll(/\r\n?/g, '\n')
		.replaceAll(/<!--[\s\S]*?-->/g, '')
		.replaceAll(/^(```+|~~~+)[\s\S]*?^\1.*$/gm, '')
		.split(/\n\s*\n/)
		.map(block => block.replace(/^\n+/, ''));
}

function isHeading(block: string): boolean {
	return /^#{1,6}\s/.test(block) || /^.*\n([=\-~^"'`#*+])\1{2,}\s*$/m.test(block) || /^<h\d/i.test(block);
}

/** Directives, tables, lists, quotes, link definitions, indented code: nothing that reads as a paragraph. */
function isMachinery(block: string): boolean {
	return /^(?:\.\. |:\w+:|[+>]|\|[\s:-]|\|[^\n]*\|[^\n]*\|(?:\n|$)|[-*+] |\d+[.)] |\[[^\]]+\]:|\s{4}|\t)/.test(block);
}

function plain(block: string): string {
	return block
		.replaceAll(/\[!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])\](?:\([^)]*\)|\[[^\]]*\])/g, '')
		.replaceAll(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/g, '')
		.replaceAll(/<\/?[a-z][^>\n]*>/gi, '')
		.replaceAll(/\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
		.replaceAll(/`([^`<]+?)\s*<[^>`]*>`__?/g, '$1')
		.replaceAll(/(?<![\w|])\|[^|\s][^|\n]*\|_?(?!\w)/g, '')
		.replaceAll(/:[a-z:]+:`([^`]+)`/g, '$1')
		.replaceAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
		.replaceAll(/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/g, '$1')
		.replaceAll(/`+([^`]+)`+_?/g, '$1')
		.replaceAll(/\p{Cc}+|\s+/gu, ' ')
		.replace(/::$/, ':')
		.trim();
}

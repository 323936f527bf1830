import {ArtifactError} from '../model/errors.ts';

/** The fields of a paragraph, in order. A value of several lines has them joined by `\n`; an empty line is one. */
export type Paragraph = ReadonlyMap<string, string>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get in
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/;
const fieldName = /^[!-,./-9;-~][!-9;-~]*$/;

/**
 * A paragraph of a control file (Debian Policy, section 5.1), with its final newline; no empty value is written.
 * Only the fields named in `folded` may have several lines: a newline in any other would let its text pass for fields.
 * Throws an ArtifactError (DEB_FIELD_INVALID) for it, for any other control character, and for a line that begins with
 * a full stop, which Policy reserves (section 5.6.13).
 */
export function encodeParagraph(paragraph: Paragraph, folded: readonly string[] = []): string {
	const fields = [...paragraph].filter(([, value]) => value !== '');
	return fields.map(([name, value]) => `${name}: ${fold(name, value, folded.includes(name))}\n`).join('');
}

function fold(name: string, value: string, several: boolean): string {
	const [first = '', ...more] = several ? value.split('\n') : [value];
	const wrong = [first, ...more].find(line => controls.test(line)) ?? more.find(line => line.startsWith('.'));
	if (wrong !== undefined || !fieldName.test(name) || first.trim() !== first || first === '') {
		throw new ArtifactError(`the field ${name} of a control file cannot be ${JSON.stringify(wrong ?? value)}`, {
			code: 'DEB_FIELD_INVALID',
			hint: several
				? 'take control characters out of it, and begin no line of it with a full stop'
				: 'it is one line without control characters, and neither begins nor ends with a space',
			format: 'deb',
		});
	}

	return [first, ...more.map(line => ` ${line.trimEnd() || '.'}`)].join('\n');
}

/**
 * Reads the paragraphs of a control file; comments are left out.
 * Throws an ArtifactError (DEB_CONTROL_INVALID) that names the line.
 */
export function decodeParagraphs(text: string): Paragraph[] {
	const paragraphs: Map<string, string>[] = [];
	let current: Map<string, string> | undefined;
	let last = '';
	for (const [index, line] of text.split('\n').entries()) {
		const field = /^([^\s:#-][^\s:]*):[ \t]*(.*)$/.exec(line);
		if (line.trim() === '') {
			current = undefined;
		} else if (field?.[1] !== undefined && !current?.has(field[1])) {
			current ??= startIn(paragraphs);
			last = field[1];
			current.set(last, field[2]?.trimEnd() ?? '');
		} else if (/^[ \t]/.test(line) && current) {
			const text = line.slice(1).trimEnd();
			current.set(last, `${current.get(last)}\n${text === '.' ? '' : text}`);
		} else if (!line.startsWith('#')) {
			throw new ArtifactError(`line ${index + 1} of a control file is no field: ${JSON.stringify(line.slice(0, 80))}`, {
				code: 'DEB_CONTROL_INVALID',
				format: 'deb',
				reading: true,
			});
		}
	}

	return paragraphs;
}

function startIn(paragraphs: Map<string, string>[]): Map<string, string> {
	const paragraph = new Map<string, string>();
	paragraphs.push(paragraph);
	return paragraph;
}

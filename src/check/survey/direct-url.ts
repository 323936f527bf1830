/** What a direct_url.json says (PEP 610): where the distribution came from, and whether its code still lies there. */
export interface DirectUrl {
	readonly url: string;
	readonly editable: boolean;
}

/** Reads a direct_url.json; undefined where it is none. */
export function decodeDirectUrl(text: string): DirectUrl | undefined {
	const json = parsed(text);
	if (!isObject(json) || typeof json.url !== 'string') {
		return undefined;
	}

	return {url: json.url, editable: isObject(json.dir_info) && json.dir_info.editable === true};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}

import type {Request} from '../model/request.ts';
import {type Key, keys, type Values} from './keys.ts';
import {flagPlace, type Place} from './place.ts';

/** What the flags of a request say, by the keys of the configuration. */
export function flagValues(request: Request): Values {
	const values: Values = {
		prefix: request.prefix,
		formats: request.formats,
		target: request.target,
		out: request.out,
		python: request.python,
		'target-python': request.targetPython,
		'bundle-python': request.bundlePython,
		'python-archive': request.pythonArchive,
		'python-archive-sha256': request.pythonArchiveSha256,
		relocatable: request.relocatable,
		name: request.name,
		version: request.version,
		release: request.release,
		arch: request.arch,
		venv: request.venv,
		lock: request.lock,
		extras: request.extras,
		groups: request.groups,
		from: request.from,
		requirements: request.requirements,
		constraints: request.constraints,
		'require-hashes': request.requireHashes,
		'index-url': request.indexUrl,
		'extra-index-urls': request.extraIndexUrls,
		'find-links': request.findLinks,
		offline: request.offline,
		compression: request.compression,
		'compression-level': request.compressionLevel,
		'allow-leaks': request.allowLeaks,
		'keep-stage': request.keepStage,
	};
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Where the value of a key stands that a flag gave. */
export function placeOfFlag(key: Key): Place {
	return flagPlace(keys[key].flag ?? key);
}

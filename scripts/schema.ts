import {mkdirSync, writeFileSync} from 'node:fs';
import {jsonSchemas} from '../src/operations/json-schemas.ts';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, {recursive: true});
for (const [name, text] of jsonSchemas()) {
	writeFileSync(new URL(name, folder), text);
}

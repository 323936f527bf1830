import {asarReader} from './asar/read.ts';
import {debReader} from './deb/read.ts';
import {directoryReader} from './directory-read.ts';
import type {Reader} from './reader.ts';
import {rpmReader} from './rpm/read.ts';
import {tarReaders} from './tar-read.ts';
import {wheelReader} from './wheel-read.ts';
import {zipReader} from './zip-read.ts';

/** Every format that can be read; the first that recognises an artifact reads it. */
export const readers: readonly Reader[] = [
	debReader,
	rpmReader,
	asarReader,
	...tarReaders,
	wheelReader,
	zipReader,
	directoryReader,
];

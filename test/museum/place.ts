import type {Severity} from '../../src/model/findings.ts';
import type {VerifyRequest} from '../../src/operations/verify-request.ts';
import {builder} from '../helpers/built.ts';
import type {Exhibit} from './exhibit.ts';

/** A good artifact with one thing broken. */
export interface Piece {
	/** What is to be found. */
	readonly code: string;
	/** In this file or folder; everything else that is found has to lie there as well. */
	readonly path: string;
	/** Default: that of its kind. */
	readonly severity?: Severity;
	/** Other places that the one broken thing is about. */
	readonly also?: readonly string[];
	/** Of the good artifact with its interpreter inside, which may lie anywhere; its manifest stays. */
	readonly isCarried?: true;
	/** Keeps venvpack's manifest; default: it is taken out, as in what others made. */
	readonly isOurs?: true;
	readonly verify?: Partial<VerifyRequest>;
	breaks(exhibit: Exhibit): void;
}

/** Of the interpreter that the good artifact was built for. */
export const minor: string = builder?.minor ?? '3.11';
export const prefix = '/opt/app';
export const site: string = `${prefix}/lib/python${minor}/site-packages`;
/** Where an interpreter that is inside has its standard library. */
export const stdlib: string = `${prefix}/lib/python${minor}`;
export const info: string = `${site}/app-1.0.dist-info`;
export const tag: string = `cpython-${minor.replace('.', '')}`;
export const pyc: string = `${site}/__pycache__/app.${tag}.pyc`;
/** A script that no distribution lists. */
export const tool: string = `${prefix}/bin/tool`;

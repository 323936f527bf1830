import {carriedPieces} from './carried-pieces.ts';
import {elfPieces} from './elf-pieces.ts';
import {packagePieces} from './package-pieces.ts';
import type {Piece} from './place.ts';
import {pythonPieces} from './python-pieces.ts';
import {treePieces} from './tree-pieces.ts';

/** One for each code of every static check, and more where a code has several causes. */
export const pieces: readonly Piece[] = [
	...treePieces,
	...pythonPieces,
	...elfPieces,
	...packagePieces,
	...carriedPieces,
];

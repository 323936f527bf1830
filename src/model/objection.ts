/** Why something of a venv cannot be made correct at another place. */
export interface Objection {
	/** Relative to the venv, such as `lib/python3.11/site-packages/app.pth`. */
	readonly path: string;
	/** Stable; docs/errors.md explains each. */
	readonly code: string;
	/** Goes on from the path: `is a link to /etc/hosts`. */
	readonly what: string;
	readonly remedy: string;
}

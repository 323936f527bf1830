/** Names, not numbers: who they are is the target's affair. */
export interface Owner {
	readonly user: string;
	readonly group: string;
}

export const root: Owner = {user: 'root', group: 'root'};

/** Whether an artifact is read from a server. */
export function isAddress(artifact: string): boolean {
	return /^https?:\/\//i.test(artifact);
}

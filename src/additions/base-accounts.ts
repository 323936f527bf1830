/**
 * Accounts that are there already: those of Debian's base-passwd, and of Fedora's setup package. Nobody makes them anew.
 */
export const baseAccounts: ReadonlySet<string> = new Set(
	(
		'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt ' +
		'adm shutdown halt operator ftp systemd-network systemd-resolve systemd-timesync messagebus'
	).split(' '),
);

# dpkg unpacks before the account is there. What the administrator decided stays: Debian Policy 10.9.1.
if ! dpkg-statoverride --list @PATH@ >/dev/null; then
	chown -h @OWNER@ "${DPKG_ROOT:-}"@PATH@
	@mode@
fi

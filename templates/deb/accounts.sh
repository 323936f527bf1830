# Makes the accounts that are not there.
systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"} @FILES@

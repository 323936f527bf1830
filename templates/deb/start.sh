if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
	systemctl --system daemon-reload >/dev/null || true
	if [ "$1" = configure ] && [ -n "${2:-}" ]; then
		@upgrade@
	elif [ "$1" != abort-upgrade ]; then
		@first@
	fi
fi

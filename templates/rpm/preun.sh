if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
	systemctl --no-reload disable @UNITS@ >/dev/null 2>&1 || :
	if [ -d /run/systemd/system ]; then
		systemctl stop @UNITS@ >/dev/null 2>&1 || :
	fi
fi

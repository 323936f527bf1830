if [ "$1" -ge 1 ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload >/dev/null 2>&1 || :
	@upgrade@
fi

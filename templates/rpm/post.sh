if [ "$1" -eq 1 ] && command -v systemctl >/dev/null; then
	# By the distribution's preset policy.
	systemctl --no-reload preset @UNITS@ >/dev/null 2>&1 || :
fi

if command -v deb-systemd-helper >/dev/null; then
	deb-systemd-helper purge @UNITS@ >/dev/null || true
fi

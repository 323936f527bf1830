if command -v systemd-tmpfiles >/dev/null; then
	systemd-tmpfiles ${DPKG_ROOT:+--root="$DPKG_ROOT"} --create @FILES@ || true
fi

if command -v deb-systemd-helper >/dev/null; then
	for unit in @UNITS@; do
		# It is off until an administrator turns it on.
		if deb-systemd-helper debian-installed "$unit" && deb-systemd-helper --quiet was-enabled "$unit"; then
			deb-systemd-helper enable "$unit" >/dev/null || true
		fi
		deb-systemd-helper update-state "$unit" >/dev/null || true
	done
fi

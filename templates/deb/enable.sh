if command -v deb-systemd-helper >/dev/null; then
	for unit in @UNITS@; do
		# True for what is new.
		if deb-systemd-helper --quiet was-enabled "$unit"; then
			deb-systemd-helper enable "$unit" >/dev/null || true
		else
			# What an administrator disabled stays so; a purge must know its links all the same.
			deb-systemd-helper update-state "$unit" >/dev/null || true
		fi
	done
fi

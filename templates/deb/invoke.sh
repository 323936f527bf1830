deb-systemd-invoke @ACTION@ @UNITS@ >/dev/null || true

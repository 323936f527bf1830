systemctl @ACTION@ @UNITS@ >/dev/null 2>&1 || :

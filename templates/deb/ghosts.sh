# What the package declares that its programs make.
for file in @FILES@; do
	rm -f "${DPKG_ROOT:-}$file"
done

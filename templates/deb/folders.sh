# What the services wrote. Their accounts stay: nobody knows which files elsewhere are theirs.
rm -rf @FOLDERS@

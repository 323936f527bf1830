getent group @NAME@ >/dev/null || groupadd -r @NAME@
getent passwd @NAME@ >/dev/null || useradd -r -g @NAME@ -d @HOME@ -s /sbin/nologin -c @DESCRIPTION@ @NAME@

if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
	@disable@
	if [ -d /run/systemd/system ]; then
		@stop@
	fi
fi

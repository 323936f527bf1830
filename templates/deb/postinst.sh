case $1 in
configure | abort-upgrade | abort-deconfigure | abort-remove)
	@accounts@
	@tmpfiles@
	@owners@
	@enable@
	@disabled@
	@start@
	;;
esac

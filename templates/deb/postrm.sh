if [ "$1" = purge ]; then
	@purge@
fi

# the loss kills the program itself: the log is whole, and says that this run has no end
. "$HELPERS"
says 0 gradaudit audit --format concise right.so >/dev/null
says 137 sh -c 'gradaudit audit "faults.so:kill in loss"; exit $?' 2>/dev/null
says 0 gradaudit audit --format concise right.so >/dev/null
says 0 gradaudit runs | sed 's/ *(.*//'
says 2 gradaudit show 2

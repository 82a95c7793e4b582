# a full disk, a reader that has left
. "$HELPERS"
says 2 gradaudit audit --no-db right.so >/dev/full
says 2 gradaudit checks >/dev/full
says 2 gradaudit --help >/dev/full
says 2 gradaudit audit --no-db right.so >&-

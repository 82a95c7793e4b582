. "$HELPERS"
says 0 gradaudit checks | cut -c1-4 | grep -c '^[PGVNS][0-9][0-9] $' | sed 's/[1-9][0-9]*/some/'
says 0 gradaudit checks G01 | head -n 1
says 0 gradaudit checks mismatch | head -n 1
says 0 gradaudit checks g01 | head -n 1
says 2 gradaudit checks G77
says 2 gradaudit checks G01 nonsense | head -n 1

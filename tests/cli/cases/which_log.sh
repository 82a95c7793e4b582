# --db, then $GRADAUDIT_DB, then ./gradaudit.db
. "$HELPERS"
q='gradaudit audit --format concise right.so'
says 0 $q
says 0 $q --db a.db
GRADAUDIT_DB=b.db says 0 $q
GRADAUDIT_DB=b.db says 0 $q --db c.db
GRADAUDIT_DB= says 0 $q --no-db
ls *.db
gradaudit runs --format jsonl | wc -l | tr -d ' '

# what `gradaudit audit` shows is complete: it compiles, and its gradient is right
. "$HELPERS"
gradaudit audit 2>&1 | sed -n '/^    #include/,/^    GA_PLUGIN/s/^    //p' >model.c
$CC -std=c11 -Wall -Wextra -Werror -shared -fPIC -g -I"$INCLUDE" model.c -o model.so || exit 99
says 0 gradaudit audit --no-db --format jsonl model.so >out
verdicts <out

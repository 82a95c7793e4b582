# a log that may not grow: the program says so and is not killed by the signal, the report is printed
. "$HELPERS"
(
    ulimit -f 40
    says 2 gradaudit audit --format jsonl --db small.db right.so 2>err
) | verdicts
grep -q "^gradaudit: cannot read or write 'small.db'" err || cat err

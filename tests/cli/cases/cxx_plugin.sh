# skipped where there is no C++ compiler
. "$HELPERS"
if [ -e cxx.so ]; then
    says 0 gradaudit audit --no-db --format jsonl cxx.so:right >out
    verdicts <out
    says 4 gradaudit audit --no-db --format jsonl cxx.so:throwing >out
    findings <out | cut -c1-9
else
    printf '%s\n' 'w pass' 'bias pass' \
        '{"type":"summary","verdict":"pass","errors":0,"warnings":0,"inconclusive":0,"exit":0}' \
        'P08 error'
fi

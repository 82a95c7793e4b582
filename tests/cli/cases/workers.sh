# the report is the same for any number of workers, and so is what the log shows of it
. "$HELPERS"
for target in right.so 'several.so:with space'; do
    for workers in 1 2 3 256; do
        gradaudit audit --db $workers.db --format jsonl --elements all --workers $workers "$target" |
            sed -E 's/"seconds":[0-9.e+-]+//' >out$workers
        gradaudit show --db $workers.db --format jsonl --elements all latest |
            sed -E 's/"seconds":[0-9.e+-]+//' >shown$workers
        cmp out1 out$workers
        cmp out1 shown$workers
    done
done
wc -l <out1 | awk '{ print ($1 > 10) }'

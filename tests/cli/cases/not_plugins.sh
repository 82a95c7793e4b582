. "$HELPERS"
mkdir folder
mkfifo fifo
: >empty
echo 'int x;' >model.c
echo 'some text that is long enough to be a header of some kind, but is not' >text.so
printf '\177ELF' >short.so
cp right.so other.so
chmod u+w other.so
printf '\267\000' | dd of=other.so bs=1 seek=18 conv=notrunc 2>/dev/null
cp right.so narrow.so
printf '\001' | dd of=narrow.so bs=1 seek=4 conv=notrunc 2>/dev/null
head -c 3000 right.so >cut.so
for target in missing.so folder fifo empty model.c text.so short.so other.so narrow.so cut.so \
    /dev/null /dev/zero no_table.so magic.so abi.so size.so none.so many.so twice.so closed.so \
    './missing.so' ''; do
    says 2 gradaudit audit --no-db --format concise "$target" 2>&1 | sed 's/, this is .*//'
done

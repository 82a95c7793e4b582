# one line each, and nothing is done before it
. "$HELPERS"
for option in --frob --select --select= --select=G77 --select=G01,Q --ignore=nothing --rtol=nan \
    --rtol=-1 --rtol=0 --rtol=1e-3x --rtol=inf --resolution=2 --resolution= --seed=-1 --seed=1.5 \
    --seed=99999999999999999999 --budget=0 --budget=-5 --budget=nans --budget=0s --budget=10m \
    --budget=1e400s --measure=some --points=0 --points=65 --points=1.5 --workers=0 --workers=257 --workers=-1 --allow=G01 --allow=G01= --allow==why --allow=Q9=why \
    --allow=G01:=why --allow=G01,G03=why --format=xml --elements=none --color=maybe --strict=yes \
    --db= -x --timeout=3; do
    says 2 gradaudit audit right.so $option
done
says 2 gradaudit audit --db x.db --no-db right.so
ls *.db 2>/dev/null
true

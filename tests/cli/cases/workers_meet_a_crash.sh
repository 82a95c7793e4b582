# a loss that dies at one element alone is survived, and the element named, by any number of workers
. "$HELPERS"
cat >plugin.c <<'C'
#include <gradaudit/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
enum { N = 60, DEADLY = 37 };
static double at(size_t i)
{
    return 1.0 + 0.01 * (double)i;
}
static double loss(const double *x, size_t n, void *user)
{
    double sum = 0.0;
    size_t moved = 0;
    for (size_t i = 0; i < n; i++) {
        moved += x[i] != at(i);
        sum += x[i] * x[i] * x[i];
    }
    usleep(300);
    if (moved == 1 && x[DEADLY] != at(DEADLY)) {
        if (strcmp(user, "exit") == 0) {
            exit(3);
        }
        abort();
    }
    return sum;
}
static int grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 3.0 * x[i] * x[i];
    }
    return 0;
}
static ga_problem *open_it(int argc, char **argv)
{
    double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = at(i);
    }
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = "deadly", .n = N, .x = x, .loss = loss, .grad = grad,
                               .user = argc > 1 ? argv[1] : argc > 0 ? argv[0] : "abort"}, &p);
    return p;
}
static const ga_subject subjects[] = {{.name = "deadly", .summary = "dies", .open = open_it}};
GA_PLUGIN(subjects)
C
$CC -std=gnu11 -shared -fPIC -I"$INCLUDE" plugin.c -o plugin.so
for how in abort exit; do
    for workers in 1 2 3; do
        says 4 gradaudit audit --no-db --format jsonl --measure all --points 1 --workers $workers plugin.so -- $how >$how.$workers
    done
    findings <$how.1 | sed 's,loss call [0-9]*,a loss call,'
    findings <$how.1 >one
    for workers in 2 3; do
        findings <$how.$workers >other
        diff one other
    done
done

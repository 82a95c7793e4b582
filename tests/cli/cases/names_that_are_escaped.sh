# a name may hold anything: it does nothing to a terminal, and a line stays one
. "$HELPERS"
cat >plugin.c <<'C'
#include <gradaudit/plugin.h>
static double loss(const double *x, size_t n, void *user)
{
    (void)n, (void)user;
    return x[0] * x[0];
}
static int grad(const double *x, size_t n, double *g, void *user)
{
    (void)n, (void)user;
    g[0] = 2 * x[0];
    return 0;
}
static ga_problem *open_it(int argc, char **argv)
{
    (void)argc, (void)argv;
    ga_problem *p = NULL;
    const double start[] = {1.5};
    ga_problem_flat(
        &(ga_flat){.name = "l\n\033[1mZ", .n = 1, .x = start, .loss = loss, .grad = grad}, &p);
    return p;
}
static const ga_subject subjects[] = {
    {.name = "n\n\033[31mX", .summary = "s\n\xe2\x80\xae", .open = open_it}};
GA_PLUGIN(subjects)
C
$CC -std=c11 -shared -fPIC -I"$INCLUDE" plugin.c -o plugin.so
says 0 gradaudit audit --list plugin.so
says 0 gradaudit audit --db a.db plugin.so >/dev/null
says 0 gradaudit runs --db a.db
says 0 gradaudit show --db a.db latest:x:0 | head -n 1

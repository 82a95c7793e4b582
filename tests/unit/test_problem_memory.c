/*
 * Allocation k fails, for every k: GA_ENOMEM, nothing leaked, nothing that looks whole but is not.
 *
 * The linker hands the problem's allocations to the counting functions here (--wrap).
 */
#include "failing_memory.h"
#include "problem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static double both(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)g;
    (void)user;
    return x[0];
}

static double loss(void *user)
{
    (void)user;
    return 0.0;
}

static int gradient(void *user)
{
    (void)user;
    return 0;
}

static void nothing(void *arg)
{
    (void)arg;
}

/* The first bad status of the calls below; GA_OK: all was done. */
static ga_status worst;

static void note(ga_status status)
{
    worst = worst == GA_OK ? status : worst;
}

static ga_problem *describe_flat(void)
{
    static const double x[8] = {0};
    static const double lower[8] = {0};
    static const double upper[8] = {0};
    ga_problem *p = NULL;
    note(ga_problem_flat(
        &(ga_flat){.name = "flat", .n = 8, .x = x, .both = both, .lower = lower, .upper = upper},
        &p));
    for (size_t i = 1; i < 8; ++i) {
        char name[8];
        (void)snprintf(name, sizeof name, "s%zu", i);
        note(ga_problem_slice(p, &(ga_slice){.name = name, .offset = i}));
    }
    note(ga_problem_seal(p));
    return p;
}

static ga_problem *describe_variables(void)
{
    static double w[16], dw[16];
    ga_problem *p = NULL;
    note(ga_problem_new("variables", &p));
    for (size_t i = 0; i < 10; ++i) {
        char name[8];
        (void)snprintf(name, sizeof name, "w%zu", i);
        note(GA_VARIABLE(p, name, &w[i], &dw[i]));
        note(ga_problem_input(p, name, &w[i], sizeof *w));
        note(ga_allow(p, "S01", name, "by design"));
        note(ga_problem_on_free(p, nothing, NULL));
    }
    note(ga_problem_callbacks(p, loss, gradient, NULL));
    note(ga_problem_seal(p));
    return p;
}

/* Describes with ever more allocations granted, until it succeeds; returns how many that took. */
static long fail_each(ga_problem *(*describe)(void))
{
    for (long k = 0; k < 1000; ++k) {
        const long before = alive;
        worst = GA_OK;
        allowed = k;
        ga_problem *const p = describe();
        allowed = -1;
        const ga_status status = worst;
        /* seal and on_free may be tried again; what describes sticks */
        const int sealed = ga_problem_seal(p) == GA_OK;
        ga_problem_free(p);
        cr_assert(alive == before, "%ld left with %ld granted", alive - before, k);
        if (status == GA_OK) {
            cr_expect(sealed);
            return k;
        }
        cr_assert(status == GA_ENOMEM, "%ld granted: %s", k, ga_status_text(status));
    }
    return -1;
}

Test(memory, of_a_flat_problem)
{
    cr_expect(fail_each(describe_flat) > 20);
}

Test(memory, of_variables)
{
    cr_expect(fail_each(describe_variables) > 60);
}

Test(memory, a_variable_that_was_lost_is_not_forgotten)
{
    double w = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    allowed = 0;
    cr_expect(GA_VARIABLE(p, "W", &w, NULL) == GA_ENOMEM);
    allowed = -1;
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: out of memory");
    cr_expect(GA_VARIABLE(p, "W", &w, NULL) == GA_EINVAL);
    cr_expect(p->block_count == 0);
    ga_problem_free(p);
}

Test(memory, no_problem_at_all)
{
    const double x = 1.0;
    ga_problem *p = (ga_problem *)&worst; /* must be overwritten */
    allowed = 0;
    cr_expect(ga_problem_new("mlp", &p) == GA_ENOMEM);
    cr_expect_null(p);
    cr_expect(ga_problem_flat(&(ga_flat){.n = 1, .x = &x, .both = both}, &p) == GA_ENOMEM);
    cr_expect_null(p);
    allowed = -1;
}

Test(memory, sealing_can_be_tried_again)
{
    const double x[3] = {0};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 3, .x = x, .both = both}, &p);
    ga_problem_slice(p, &(ga_slice){.name = "middle", .offset = 1});
    for (long k = 0; k < 5; ++k) {
        allowed = k;
        cr_expect(ga_problem_seal(p) == GA_ENOMEM, "%ld granted", k);
        allowed = -1;
        cr_expect(p->block_count == 0);
    }
    cr_expect(ga_problem_seal(p) == GA_OK);
    cr_expect(p->block_count == 3);
    ga_problem_free(p);
}

Test(memory, an_intrusion_that_cannot_be_noted)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    p->locked = 1;
    for (long k = 0; k < 3; ++k) {
        allowed = k;
        cr_expect(ga_problem_add_typed(p, "W", NULL, NULL, GA_F64, 0, NULL, "net.c", 1) ==
                  GA_ENOMEM);
        allowed = -1;
        cr_expect(p->intrusion_count == 0);
        cr_expect_null(ga_problem_error(p));
    }
    ga_problem_free(p);
}

Test(memory, overlaps_are_found_without)
{
    double w[4] = {0};
    double dw[4] = {0};
    ga_overlap pairs[8];
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    GA_TENSOR(p, "a", w, dw, 2);
    GA_TENSOR(p, "b", w + 1, dw + 1, 2);
    GA_TENSOR(p, "c", w + 3, w, 1);
    allowed = 0;
    const size_t found = ga_problem_overlaps(p, pairs, 8);
    allowed = -1;
    cr_assert(found == 3);
    cr_expect(pairs[0].second == 1 && pairs[0].of_gradients == 0);
    cr_expect(pairs[1].second == 1 && pairs[1].of_gradients == 1);
    cr_expect(pairs[2].first == 0 && pairs[2].second == 2 && pairs[2].of_gradients == 2);
    ga_problem_free(p);
}

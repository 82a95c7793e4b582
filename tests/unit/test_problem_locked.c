/*
 * Calls from within a callback: recorded or turned away, never carried out, never sticky.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <stdio.h>

static double loss(void *user)
{
    (void)user;
    return 0.0;
}

static int locate(void *user, const char *name, void **value, void **grad)
{
    (void)user;
    (void)name;
    (void)value;
    (void)grad;
    return 1;
}

/* A problem as it is when its 5th loss call runs. */
static ga_problem *in_the_fifth_call(void)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    p->locked = 1;
    p->busy = 1;
    p->loss_calls = 5;
    return p;
}

static void free_it(ga_problem *p)
{
    p->busy = 0;
    ga_problem_free(p);
}

Test(locked, an_attempt_is_noted_with_name_and_place)
{
    char name[] = "fresh";
    ga_problem *const p = in_the_fifth_call();
    cr_expect(ga_problem_add_typed(p, name, NULL, NULL, GA_F64, 0, NULL, "net.c", 12) ==
              GA_ELOCKED);
    name[0] = 'X';
    cr_expect_null(ga_problem_error(p), "it must not stick");
    cr_assert(p->intrusion_count == 1);
    cr_expect(p->block_count == 0);
    cr_expect_str_eq(p->intrusions[0].name, "fresh");
    cr_expect_str_eq(p->intrusions[0].file, "net.c");
    cr_expect(p->intrusions[0].line == 12);
    cr_expect(p->intrusions[0].loss_call == 5);
    cr_expect(p->intrusions[0].times == 1);
    free_it(p);
}

Test(locked, repeats_are_counted)
{
    ga_problem *const p = in_the_fifth_call();
    for (int i = 0; i < 100; ++i) {
        ++p->loss_calls;
        ga_problem_add_typed(p, "fresh", NULL, NULL, GA_F64, 0, NULL, "net.c", 12);
        ga_problem_add_typed(p, "fresh", NULL, NULL, GA_F64, 0, NULL, "net.c", 13);
        ga_problem_add_typed(p, "fresh", NULL, NULL, GA_F64, 0, NULL, NULL, 13);
    }
    cr_assert(p->intrusion_count == 3, "another place is another attempt");
    cr_expect(p->intrusions[0].times == 100 && p->intrusions[0].loss_call == 6);
    cr_expect(p->intrusions[2].times == 100 && !p->intrusions[2].file);
    free_it(p);
}

Test(locked, the_list_does_not_grow_without_end)
{
    ga_problem *const p = in_the_fifth_call();
    for (int i = 0; i < 1000; ++i) {
        char name[32];
        (void)snprintf(name, sizeof name, "fresh %d", i);
        cr_expect(ga_problem_add_typed(p, name, NULL, NULL, GA_F64, 0, NULL, "n.c", 1) ==
                  GA_ELOCKED);
    }
    cr_expect(p->intrusion_count == 64);
    cr_expect(ga_problem_add_typed(p, "fresh 3", NULL, NULL, GA_F64, 0, NULL, "n.c", 1) ==
              GA_ELOCKED);
    cr_expect(p->intrusions[3].times == 2);
    free_it(p);
}

Test(locked, an_attempt_may_be_nonsense)
{
    ga_problem *const p = in_the_fifth_call();
    cr_expect(ga_problem_add(p, NULL) == GA_ELOCKED);
    cr_expect(ga_problem_add_sized(p, "net.c", 3, 1, &(ga_variable){.name = "W"}) == GA_ELOCKED);
    cr_assert(p->intrusion_count == 2);
    cr_expect_str_eq(p->intrusions[0].name, "(no name)");
    cr_expect_null(ga_problem_error(p));
    free_it(p);
}

Test(locked, after_the_audit_the_registry_stays_locked)
{
    double w = 1.0;
    ga_problem *const p = in_the_fifth_call();
    p->busy = 0;
    cr_expect(GA_VARIABLE(p, "W", &w, NULL) == GA_ELOCKED);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W"}) == GA_ELOCKED);
    cr_expect(ga_allow(p, "S01", NULL, "by design") == GA_OK);
    cr_expect(ga_problem_input(p, "X", &w, sizeof w) == GA_OK);
    ga_problem_free(p);
}

Test(busy, nothing_else_can_be_changed_either)
{
    double w = 1.0;
    ga_problem *const p = in_the_fifth_call();
    p->locked = 0; /* an audit has begun, the first loss call has not */
    cr_expect(GA_VARIABLE(p, "W", &w, NULL) == GA_ELOCKED);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W"}) == GA_EBUSY);
    cr_expect(ga_problem_input(p, "X", &w, sizeof w) == GA_EBUSY);
    cr_expect(ga_allow(p, "S01", NULL, "by design") == GA_EBUSY);
    cr_expect(ga_problem_callbacks(p, loss, NULL, NULL) == GA_EBUSY);
    cr_expect(ga_problem_update(p, NULL, 0.0, NULL) == GA_EBUSY);
    cr_expect(ga_problem_locate(p, locate) == GA_EBUSY);
    cr_expect(ga_problem_hooks(p, &(ga_hooks){.user = &w}) == GA_EBUSY);
    cr_expect_null(ga_problem_error(p));
    cr_expect(!p->loss && !p->locate && !p->hooks.user && p->input_count == 0);
    free_it(p);
}

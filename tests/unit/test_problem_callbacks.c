/*
 * Callbacks, update, locate and hooks of a problem in own buffers.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>

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

static int locate(void *user, const char *name, void **value, void **grad)
{
    (void)user;
    (void)name;
    (void)value;
    (void)grad;
    return 1;
}

static ga_problem *empty(void)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    return p;
}

/* Checks and frees. */
static void expect_error(ga_problem *p, const char *sentence)
{
    cr_expect_str_eq(ga_problem_error(p) ? ga_problem_error(p) : "", sentence);
    ga_problem_free(p);
}

Test(callbacks, are_kept_with_their_user)
{
    int user = 0;
    ga_problem *const p = empty();
    cr_expect(ga_problem_callbacks(p, loss, gradient, &user) == GA_OK);
    cr_expect(p->loss == loss && p->grad == gradient && ga_problem_user(p) == &user);
    ga_problem_free(p);
}

Test(callbacks, need_a_loss)
{
    ga_problem *const p = empty();
    cr_expect(ga_problem_callbacks(p, NULL, gradient, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: ga_problem_callbacks() got no loss");
}

Test(callbacks, are_given_once)
{
    ga_problem *const p = empty();
    cr_expect(ga_problem_callbacks(p, loss, gradient, NULL) == GA_OK);
    cr_expect(ga_problem_callbacks(p, loss, gradient, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: its callbacks were given twice");
}

Test(callbacks, of_a_flat_problem_are_in_its_description)
{
    ga_problem *p = empty();
    p->is_flat = 1;
    cr_expect(ga_problem_callbacks(p, loss, gradient, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: ga_problem_callbacks() is not for a flat problem, whose "
                    "callbacks are in its description");
    p = empty();
    p->is_flat = 1;
    cr_expect(ga_problem_update(p, gradient, 1.0, NULL) == GA_EINVAL);
    ga_problem_free(p);
    p = empty();
    p->is_flat = 1;
    cr_expect(ga_problem_locate(p, locate) == GA_EINVAL);
    ga_problem_free(p);
}

Test(update, is_kept_with_its_rate)
{
    int user = 0;
    ga_problem *const p = empty();
    cr_expect(ga_problem_callbacks(p, loss, NULL, NULL) == GA_OK);
    cr_expect(ga_problem_update(p, gradient, -0.25, &user) == GA_OK);
    cr_expect(p->step == gradient && p->step_rate == -0.25 && p->step_user == &user);
    ga_problem_free(p);
}

Test(update, rate_must_divide)
{
    const double rates[] = {0.0, -0.0, (double)NAN, HUGE_VAL, -HUGE_VAL};
    const char *const said[] = {"0", "0", "NaN", "infinite", "infinite"};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; ++i) {
        char sentence[128];
        (void)snprintf(sentence, sizeof sentence,
                       "problem `mlp`: the rate of its update is %s: the gradient is (before - "
                       "after) / rate",
                       said[i]);
        ga_problem *const p = empty();
        cr_expect(ga_problem_update(p, gradient, rates[i], NULL) == GA_EINVAL);
        expect_error(p, sentence);
    }
}

Test(update, needs_a_step_and_comes_once)
{
    ga_problem *p = empty();
    cr_expect(ga_problem_update(p, NULL, 1.0, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: ga_problem_update() got no step");
    p = empty();
    cr_expect(ga_problem_update(p, gradient, 1.0, NULL) == GA_OK);
    cr_expect(ga_problem_update(p, gradient, 1.0, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: its update was given twice");
}

Test(update, excludes_a_gradient_in_either_order)
{
    static const char sentence[] =
        "problem `mlp`: both a gradient callback and ga_problem_update() were given: which one is "
        "to be audited?";
    ga_problem *p = empty();
    cr_expect(ga_problem_callbacks(p, loss, gradient, NULL) == GA_OK);
    cr_expect(ga_problem_update(p, gradient, 1.0, NULL) == GA_EINVAL);
    expect_error(p, sentence);
    p = empty();
    cr_expect(ga_problem_update(p, gradient, 1.0, NULL) == GA_OK);
    cr_expect(ga_problem_callbacks(p, loss, gradient, NULL) == GA_EINVAL);
    expect_error(p, sentence);
}

Test(locate, comes_once)
{
    ga_problem *p = empty();
    cr_expect(ga_problem_locate(p, locate) == GA_OK);
    cr_expect(p->locate == locate);
    cr_expect(ga_problem_locate(p, locate) == GA_EINVAL);
    expect_error(p, "problem `mlp`: its locate was given twice");
    p = empty();
    cr_expect(ga_problem_locate(p, NULL) == GA_EINVAL);
    expect_error(p, "problem `mlp`: ga_problem_locate() got no function");
}

static void reset(void *user)
{
    (void)user;
}

Test(hooks, replace_those_before)
{
    int user = 0;
    const ga_hooks hooks = {.reset = reset, .user = &user};
    ga_problem *const p = empty();
    cr_expect(ga_problem_hooks(p, &hooks) == GA_OK);
    cr_expect(p->hooks.reset == reset && !p->hooks.reseed && p->hooks.user == &user);
    cr_expect(ga_problem_hooks(p, &(ga_hooks){.user = NULL}) == GA_OK);
    cr_expect(!p->hooks.reset);
    cr_expect(ga_problem_hooks_sized(p, offsetof(ga_hooks, user), &hooks) == GA_OK);
    cr_expect(p->hooks.reset == reset && !p->hooks.user);
    cr_expect(ga_problem_hooks(p, NULL) == GA_EINVAL);
    expect_error(p, "ga_problem_hooks() was given no description");
}

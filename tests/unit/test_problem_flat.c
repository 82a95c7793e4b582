/*
 * What a flat description must satisfy, and what becomes of it.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stddef.h>

static double loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return x[0];
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)n;
    (void)user;
    g[0] = 1.0;
    return 0;
}

static double both(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)g;
    (void)user;
    return x[0];
}

typedef enum given {
    NOTHING,
    LOSS = 1,
    GRADIENT = 2,
    BOTH = 4,
    RIGHT = 3
} given;

/* A description by value; {0} in `lower` and `upper` together: no bounds. */
typedef struct flat_case {
    char why[48];
    char sentence[128]; /* expected; "": accepted */
    size_t n;
    double x[3], lower[3], upper[3];
    int bounded;
    unsigned callbacks;
    double rtol, gradient_scale;
} flat_case;

ParameterizedTestParameters(flat, description)
{
    static flat_case cases[] = {
        {.why = "the usual", .n = 3, .x = {1, 2, 3}, .callbacks = RIGHT},
        {.why = "both alone", .n = 1, .x = {1}, .callbacks = BOTH},
        {.why = "a loss beside both", .n = 1, .x = {1}, .callbacks = BOTH | LOSS},
        {.why = "n is 0",
         .sentence = "variable `x`: n is 0, there are no elements",
         .callbacks = RIGHT},
        {.why = "n is absurd",
         .sentence = "variable `x`: its shape 4611686018427387904 is larger than any memory",
         .n = (size_t)1 << 62,
         .callbacks = RIGHT},
        {.why = "no loss",
         .sentence = "problem `loss`: no loss: give .loss or .both",
         .n = 1,
         .callbacks = GRADIENT},
        {.why = "no gradient",
         .sentence = "problem `loss`: no gradient: give .grad or .both",
         .n = 1,
         .callbacks = LOSS},
        {.why = "NaN in the start",
         .sentence = "variable `x`: its start at element 1 is NaN, not a finite number",
         .n = 3,
         .x = {1, (double)NAN, 3},
         .callbacks = RIGHT},
        {.why = "infinite start",
         .sentence = "variable `x`: its start at element 2 is -inf, not a finite number",
         .n = 3,
         .x = {1, 2, -HUGE_VAL},
         .callbacks = RIGHT},
        {.why = "within its bounds",
         .n = 3,
         .x = {1, 2, 3},
         .lower = {1, -HUGE_VAL, 0},
         .upper = {1, HUGE_VAL, 4},
         .bounded = 1,
         .callbacks = RIGHT},
        {.why = "NaN as lower bound",
         .sentence = "variable `x`: its lower bound at element 0 is NaN",
         .n = 1,
         .x = {1},
         .lower = {(double)NAN},
         .upper = {1},
         .bounded = 1,
         .callbacks = RIGHT},
        {.why = "NaN as upper bound",
         .sentence = "variable `x`: its upper bound at element 1 is NaN",
         .n = 2,
         .x = {1, 1},
         .upper = {1, (double)NAN},
         .bounded = 1,
         .callbacks = RIGHT},
        {.why = "crossed bounds",
         .sentence = "variable `x`: its lower bound 2 at element 0 is above its upper bound 1",
         .n = 1,
         .x = {1},
         .lower = {2},
         .upper = {1},
         .bounded = 1,
         .callbacks = RIGHT},
        {.why = "below its bounds",
         .sentence = "variable `x`: its start -1 at element 1 is outside its bounds [0, 1]",
         .n = 2,
         .x = {0, -1},
         .upper = {1, 1},
         .bounded = 1,
         .callbacks = RIGHT},
        {.why = "negative rtol",
         .sentence = "variable `x`: rtol -1 is not a finite number of at least 0",
         .n = 1,
         .x = {1},
         .rtol = -1,
         .callbacks = RIGHT},
        {.why = "NaN as rtol",
         .sentence = "variable `x`: rtol NaN is not a finite number of at least 0",
         .n = 1,
         .x = {1},
         .rtol = (double)NAN,
         .callbacks = RIGHT},
        {.why = "NaN as scale",
         .sentence = "variable `x`: gradient_scale NaN is not finite",
         .n = 1,
         .x = {1},
         .gradient_scale = -(double)NAN,
         .callbacks = RIGHT},
        {.why = "infinite scale",
         .sentence = "variable `x`: gradient_scale inf is not finite",
         .n = 1,
         .x = {1},
         .gradient_scale = HUGE_VAL,
         .callbacks = RIGHT},
    };
    return cr_make_param_array(flat_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(const flat_case *param, flat, description)
{
    const ga_flat description = {
        .n = param->n,
        .x = param->x,
        .lower = param->bounded ? param->lower : NULL,
        .upper = param->bounded ? param->upper : NULL,
        .loss = (param->callbacks & LOSS) != 0 ? loss : NULL,
        .grad = (param->callbacks & GRADIENT) != 0 ? gradient : NULL,
        .both = (param->callbacks & BOTH) != 0 ? both : NULL,
        .rtol = param->rtol,
        .gradient_scale = param->gradient_scale,
    };
    ga_problem *p = NULL;
    const ga_status status = ga_problem_flat(&description, &p);
    const char *const error = ga_problem_error(p);

    cr_assert_not_null(p, "%s: no problem", param->why);
    cr_expect_str_eq(error ? error : "", param->sentence, "%s: got '%s'", param->why,
                     error ? error : "");
    cr_expect(status == (error ? GA_EINVAL : GA_OK), "%s: %s", param->why, ga_status_text(status));
    ga_problem_free(p);
}

Test(flat, the_description_is_copied)
{
    char name[] = "quadratic";
    double x[2] = {1.0, 2.0};
    double lower[2] = {0.0, 0.0};
    double upper[2] = {4.0, 5.0};
    int user = 0;
    ga_problem *p = NULL;
    cr_assert(ga_problem_flat(&(ga_flat){.name = name,
                                         .n = 2,
                                         .x = x,
                                         .loss = loss,
                                         .grad = gradient,
                                         .lower = lower,
                                         .upper = upper,
                                         .user = &user},
                              &p) == GA_OK);
    name[0] = 'X';
    x[1] = lower[1] = upper[1] = -1.0;
    cr_expect_str_eq(ga_problem_name(p), "quadratic");
    cr_expect(p->is_flat && p->x[1] == 2.0 && p->lower[1] == 0.0 && p->upper[1] == 5.0);
    cr_expect(p->flat.x == p->x && p->flat.lower == p->lower && p->flat.upper == p->upper);
    cr_expect_str_eq(p->flat.name, "quadratic");
    cr_expect(ga_problem_user(p) == &user);
    ga_problem_free(p);
}

Test(flat, defaults)
{
    const double x = 1.0;
    ga_problem *p = NULL;
    cr_assert(ga_problem_flat(&(ga_flat){.n = 1, .x = &x, .loss = loss, .grad = gradient}, &p) ==
              GA_OK);
    cr_expect_str_eq(ga_problem_name(p), "loss");
    cr_expect(p->flat.gradient_scale == 1.0);
    cr_expect(!p->lower && !p->upper);
    ga_problem_free(p);
}

Test(flat, one_bound_alone)
{
    const double x = 1.0;
    const double most = 0.5;
    ga_problem *p = NULL;
    cr_expect(
        ga_problem_flat(&(ga_flat){.n = 1, .x = &x, .loss = loss, .grad = gradient, .upper = &most},
                        &p) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p),
                     "variable `x`: its start 1 at element 0 is outside its bounds [-inf, 0.5]");
    ga_problem_free(p);
}

Test(flat, no_values_or_no_name)
{
    ga_problem *p = NULL;
    cr_expect(ga_problem_flat(&(ga_flat){.n = 3, .loss = loss, .grad = gradient}, &p) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `x`: no address of its 3 values");
    ga_problem_free(p);

    const double x = 1.0;
    cr_expect(
        ga_problem_flat(&(ga_flat){.name = "", .n = 1, .x = &x, .loss = loss, .grad = gradient},
                        &p) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "the problem's name is empty");
    ga_problem_free(p);
}

Test(flat, no_description)
{
    ga_problem *p = NULL;
    cr_expect(ga_problem_flat(NULL, &p) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "ga_problem_flat() was given no description");
    ga_problem_free(p);
    cr_expect(ga_problem_flat(&(ga_flat){.n = 1}, NULL) == GA_EINVAL);
}

Test(flat, the_size_of_an_older_or_newer_header)
{
    const double x = 1.0;
    struct {
        ga_flat known;
        double later[3];
    } newer = {
        .known = {.n = 1, .x = &x, .loss = loss, .grad = gradient, .gradient_scale = 3.0},
        .later = {1.0, 2.0, 3.0},
    };
    ga_problem *p = NULL;
    cr_expect(ga_problem_flat_sized(NULL, 0, sizeof newer, &newer.known, &p) == GA_OK);
    cr_expect(p->flat.gradient_scale == 3.0);
    ga_problem_free(p);

    cr_expect(ga_problem_flat_sized(NULL, 0, offsetof(ga_flat, gradient_scale), &newer.known, &p) ==
              GA_OK);
    cr_expect(p->flat.gradient_scale == 1.0, "what an older struct does not have is 0");
    ga_problem_free(p);
}

Test(flat, a_size_that_cannot_be)
{
    const double x = 1.0;
    const ga_flat flat = {.n = 1, .x = &x, .loss = loss, .grad = gradient};
    const size_t sizes[] = {0, 3, sizeof flat + 1, (size_t)1 << 20, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
        ga_problem *p = NULL;
        cr_expect(ga_problem_flat_sized(NULL, 0, sizes[i], &flat, &p) == GA_EINVAL, "size %zu",
                  sizes[i]);
        cr_expect_not_null(ga_problem_error(p));
        ga_problem_free(p);
    }
}

/*
 * Slices of a flat problem: what each must satisfy.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

static double both(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)g;
    (void)user;
    return x[0];
}

/* A flat problem of ten elements. */
static ga_problem *ten(void)
{
    static const double x[10] = {0.0};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 10, .x = x, .both = both, .rtol = 0.5}, &p);
    return p;
}

typedef struct slice_case {
    char why[48];
    char sentence[128]; /* expected; "": accepted */
    char name[8];       /* "": none */
    ga_slice slice;     /* its name is set by the test */
} slice_case;

ParameterizedTestParameters(slice, description)
{
    static slice_case cases[] = {
        {"all of it", "", "W", {.rank = 2, .shape = {2, 5}}},
        {"a single element at the end", "", "W", {.offset = 9}},
        {"frozen", "", "W", {.rank = 1, .shape = {10}, .role = GA_FROZEN}},
        {"no name", "the slice registered at here.c:7 has no name", "", {.rank = 0}},
        {"no elements",
         "variable `W`: its shape 4 x 0 has no elements",
         "W",
         {.rank = 2, .shape = {4}}},
        {"one too many",
         "variable `W`: 11 elements from offset 0 do not lie within the 10 of x",
         "W",
         {.rank = 1, .shape = {11}}},
        {"beyond the end",
         "variable `W`: 1 element from offset 10 do not lie within the 10 of x",
         "W",
         {.offset = 10}},
        {"offset + count overflows",
         "variable `W`: 2 elements from offset 18446744073709551615 do not lie within the 10 of x",
         "W",
         {.offset = SIZE_MAX, .rank = 1, .shape = {2}}},
        {"the product overflows",
         "variable `W`: its shape 4294967296 x 4294967296 is larger than any memory",
         "W",
         {.rank = 2, .shape = {(size_t)1 << 32, (size_t)1 << 32}}},
        {"a huge rank", "variable `W`: rank 9 is outside 0..8", "W", {.rank = 9}},
        {"a negative rank", "variable `W`: rank -1 is outside 0..8", "W", {.rank = -1}},
        {"the rank forgotten",
         "variable `W`: rank 0 means a scalar, but its shape begins with 4",
         "W",
         {.shape = {4, 2}}},
        {"no such role",
         "variable `W`: role 3 is none of GA_TRAINABLE, GA_FROZEN, GA_STATE",
         "W",
         {.role = (ga_role)3}},
        {"negative rtol",
         "variable `W`: rtol -0.5 is not a finite number of at least 0",
         "W",
         {.rtol = -0.5}},
        {"infinite rtol",
         "variable `W`: rtol inf is not a finite number of at least 0",
         "W",
         {.rtol = HUGE_VAL}},
    };
    return cr_make_param_array(slice_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(const slice_case *param, slice, description)
{
    ga_slice slice = param->slice;
    slice.name = param->name;
    ga_problem *const p = ten();
    const ga_status status = ga_problem_slice_sized(p, "here.c", 7, sizeof slice, &slice);
    const char *const error = ga_problem_error(p);

    cr_expect_str_eq(error ? error : "", param->sentence, "%s: got '%s'", param->why,
                     error ? error : "");
    cr_expect(status == (error ? GA_EINVAL : GA_OK), "%s: %s", param->why, ga_status_text(status));
    cr_expect(p->slice_count == (error ? 0U : 1U), "%s", param->why);
    ga_problem_free(p);
}

Test(slice, place_and_name_are_copied)
{
    char name[] = "W";
    ga_problem *const p = ten();
    const int line = __LINE__ + 1;
    cr_assert(ga_problem_slice(p, &(ga_slice){.name = name, .rank = 1, .shape = {3}}) == GA_OK);
    name[0] = 'X';
    cr_expect_str_eq(p->slices[0].name, "W");
    cr_expect_str_eq(p->slices[0].file, __FILE__);
    cr_expect(p->slices[0].line == line);
    ga_problem_free(p);
}

Test(slice, a_place_of_its_own_wins)
{
    ga_problem *const p = ten();
    cr_assert(ga_problem_slice(p, &(ga_slice){.name = "W", .file = "net.f90", .line = 3}) == GA_OK);
    cr_expect_str_eq(p->slices[0].file, "net.f90");
    cr_expect(p->slices[0].line == 3);
    ga_problem_free(p);
}

Test(slice, a_name_is_used_once)
{
    ga_problem *const p = ten();
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W", .file = "net.c", .line = 3}) == GA_OK);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W", .offset = 1}) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: the name is in use since net.c:3");
    ga_problem_free(p);
}

Test(slice, is_not_for_variables_in_own_buffers)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W"}) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "slice `W`: only a flat problem has slices: register a "
                                          "variable with ga_problem_add()");
    ga_problem_free(p);
}

Test(slice, no_description)
{
    ga_problem *p = ten();
    cr_expect(ga_problem_slice(p, NULL) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "ga_problem_slice() was given no description");
    ga_problem_free(p);

    p = ten();
    cr_expect(ga_problem_slice_sized(p, NULL, 0, 0, &(ga_slice){.name = "W"}) == GA_EINVAL);
    cr_expect_not_null(strstr(ga_problem_error(p), "0 bytes"));
    ga_problem_free(p);
}

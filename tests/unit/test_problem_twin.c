/* What a twin must be, in sentences; who owns it; and memory that runs out while it is used. */
#include "failing_memory.h"

#include "stack.h"

#include <criterion/criterion.h>
#include <string.h>

#define SMALL                                                                                      \
    {                                                                                              \
        {.name = "w", .n = 40},                                                                    \
        {                                                                                          \
            .name = "b", .n = 12                                                                   \
        }                                                                                          \
    }

static const stack single = {.variables = SMALL, .dtype = GA_F32};

/* Audits `p`, which cannot be, and looks for a part of the sentence. Frees it. */
static void expect_sentence(ga_problem *p, const char *part)
{
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, NULL, &result);
    const char *const error = ga_problem_error(p);
    cr_expect(status == GA_EINVAL && !result, "%s: %s", part, ga_status_text(status));
    cr_expect(error && strstr(error, part), "%s, not %s", error ? error : "no sentence", part);
    cr_expect(ga_audit(p, NULL, &result) == GA_EINVAL && !result, "it sticks");
    ga_problem_free(p);
}

/* With a twin of these variables. */
static void expect_mismatch(const stack *like, const char *part)
{
    stack model = single;
    stack other = *like;
    const long before = alive;
    ga_problem *const p = stack_open(&model);
    cr_expect(ga_problem_twin(p, stack_open(&other)) == GA_OK);
    expect_sentence(p, part);
    stack_close(&model);
    stack_close(&other);
    cr_expect(alive == before, "%ld left", alive - before);
}

Test(twin, must_have_the_same_variables)
{
    expect_mismatch(&(stack){.variables = {{.name = "w", .n = 40}}},
                    "the twin has no variable `b`");
    expect_mismatch(&(stack){.variables = {{.name = "w", .n = 40}, {.name = "c", .n = 12}}},
                    "the twin has no variable `b`");
    expect_mismatch(&(stack){.variables = {{.name = "w", .n = 40}, {.name = "b", .n = 13}}},
                    "variable `b`: another shape");
    expect_mismatch(&(stack){.variables = {{.name = "w", .n = 40},
                                           {.name = "b", .n = 12, .part = STACK_FROZEN}}},
                    "variable `b`: another shape or role");
    expect_mismatch(&(stack){.variables = SMALL, .dtype = GA_F32}, "it is not double in the twin");
    expect_mismatch(
        &(stack){
            .variables = {{.name = "w", .n = 40}, {.name = "b", .n = 12}, {.name = "c", .n = 3}}},
        "the twin has a variable `c`");
}

Test(twin, must_be_one_and_another_one)
{
    const long before = alive;
    stack model = single;
    stack first = {0};
    stack second = {0};

    ga_problem *p = stack_open(&model);
    cr_expect(ga_problem_twin(p, NULL) == GA_EINVAL);
    expect_sentence(p, "got no twin");
    stack_close(&model);

    model = single;
    p = stack_open(&model);
    cr_expect(ga_problem_twin(p, p) == GA_EINVAL);
    expect_sentence(p, "its own twin");
    stack_close(&model);

    model = single;
    p = stack_open(&model);
    cr_expect(ga_problem_twin(p, stack_open_twin(&model, &first)) == GA_OK);
    cr_expect(ga_problem_twin(p, stack_open_twin(&model, &second)) == GA_EINVAL);
    expect_sentence(p, "a twin was given twice");
    stack_close(&model);
    stack_close(&first);
    stack_close(&second);

    model = single;
    p = stack_open(&model);
    ga_problem *const twin = stack_open_twin(&model, &first);
    cr_expect(ga_problem_twin(twin, stack_open_twin(&model, &second)) == GA_OK);
    cr_expect(ga_problem_twin(p, twin) == GA_EINVAL);
    expect_sentence(p, "a twin of its own");
    stack_close(&model);
    stack_close(&first);
    stack_close(&second);

    cr_expect(ga_problem_twin(NULL, NULL) != GA_OK);
    cr_expect(alive == before, "%ld left", alive - before);
}

/* The same twin handed over twice is freed once. */
Test(twin, given_twice_is_freed_once)
{
    const long before = alive;
    stack model = single;
    stack other = {0};
    ga_problem *const p = stack_open(&model);
    ga_problem *const twin = stack_open_twin(&model, &other);
    cr_expect(ga_problem_twin(p, twin) == GA_OK);
    cr_expect(ga_problem_twin(p, twin) == GA_EINVAL);
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
    cr_expect(alive == before, "%ld left", alive - before);
}

Test(twin, brings_its_error_along)
{
    const long before = alive;
    stack model = single;
    stack other = {0};
    ga_problem *p = stack_open(&model);
    ga_problem *twin = stack_open_twin(&model, &other);
    ga_problem_fail(twin, "no data today");
    cr_expect(ga_problem_twin(p, twin) == GA_EINVAL);
    expect_sentence(p, "the twin: no data today");
    stack_close(&model);
    stack_close(&other);

    model = single; /* one that shows when it is looked at as a whole: there is no loss */
    p = stack_open(&model);
    cr_expect(ga_problem_new("empty", &twin) == GA_OK);
    cr_expect(ga_problem_twin(p, twin) == GA_OK);
    expect_sentence(p, "the twin: ");
    stack_close(&model);

    model = single; /* and of a problem with an error, it is owned all the same */
    p = stack_open(&model);
    ga_problem_fail(p, "too late");
    cr_expect(ga_problem_twin(p, stack_open_twin(&model, &other)) != GA_OK);
    expect_sentence(p, "too late");
    stack_close(&model);
    stack_close(&other);
    cr_expect(alive == before, "%ld left", alive - before);
}

/* ---- Memory ----
 */

static int audit_with(long granted, const stack *like, int has_twin, const ga_options *options)
{
    stack model = *like;
    stack other = {0};
    const long before = alive;
    ga_problem *const p = stack_open(&model);
    if (has_twin) {
        ga_problem_twin(p, stack_open_twin(&model, &other));
    }
    ga_result *result = NULL;
    allowed = granted;
    const ga_status status = ga_audit(p, options, &result);
    allowed = -1;
    cr_assert(status == GA_OK || status == GA_ENOMEM, "%ld granted: %s, %s", granted,
              ga_status_text(status), ga_problem_error(p));
    cr_expect((result != NULL) == (status == GA_OK), "%ld granted", granted);
    cr_expect(stack_is_restored(&model), "%ld granted", granted);
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
    cr_assert(alive == before, "%ld left with %ld granted", alive - before, granted);
    return status == GA_OK;
}

static void expect_safe(const stack *like, int has_twin, const ga_options *options)
{
    long granted = 0;
    while (!audit_with(granted, like, has_twin, options)) {
        granted++;
        cr_assert(granted < 4000);
    }
    cr_expect(granted > 20, "%ld", granted);
}

Test(twin, memory_of_elements)
{
    expect_safe(&single, 1, &(ga_options){.points = 2, .max_seconds = 1000});
}

Test(twin, memory_of_a_screen)
{
    const ga_options options = {.measure = GA_MEASURE_SCREEN, .points = 2, .max_seconds = 1000};
    stack wrong = {.variables = SMALL, .dtype = GA_F32, .faults = {{0, 7, STACK_SCALED, -1}}};
    expect_safe(&single, 1, &options);
    expect_safe(&wrong, 1, &options);
    wrong.faults[0].index = GA_NO_INDEX;
    wrong.dtype = GA_F64;
    expect_safe(&wrong, 0, &options);
}

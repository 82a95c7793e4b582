/*
 * Second thoughts at points nearby: what they take back, and what they must not.
 *
 * The losses are those of the benchmark `rough`. The seeds were found by trying: without the
 * neighbours the right elements below FAIL, and the wrong ones are among those that the neighbours
 * are asked about. Of a fault in proportion to the gradient and of one of a fixed amount, each is
 * lost if only the other is looked for.
 */
#include "alike.h"
#include "rough_losses.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

static const char *const TAKEN_BACK = "differs, but not at a point nearby";

typedef struct rough_case {
    rough_kind kind;
    uint64_t seed;
    size_t element;
    double factor, amount; /* of the fault; 1 and 0: none */
} rough_case;

static rough_case right_cases[] = {
    {ROUGH_HUBER, 130, 5, 1, 0},     {ROUGH_HUBER, 155, 4, 1, 0},
    {ROUGH_HUBER, 220, 4, 1, 0},     {ROUGH_QUANTILE, 78, 0, 1, 0},
    {ROUGH_RECTIFIERS, 4, 18, 1, 0}, {ROUGH_RECTIFIERS, 117, 19, 1, 0},
    {ROUGH_LARGEST, 12, 1, 1, 0},
};

static rough_case wrong_cases[] = {
    /* in proportion: the gradient is another one nearby */
    {ROUGH_HINGE, 17, 1, 2, 0},
    {ROUGH_HUBER, 25, 0, 1.5, 0},
    {ROUGH_HUBER, 27, 0, 2, 0},
    {ROUGH_QUANTILE, 8, 5, -1, 0},
    {ROUGH_RECTIFIERS, 56, 21, 1.5, 0},
    /* an amount */
    {ROUGH_HINGE, 1, 3, 1, 0.003},
    {ROUGH_HINGE, 2, 1, 1, 0.003},
    {ROUGH_QUANTILE, 47, 1, 1, 0.003},
    {ROUGH_LARGEST, 45, 1, 1, 0.003},
    {ROUGH_RECTIFIERS, 24, 21, 1, 0.003},
};

static void begin(const rough_case *at, rough *model)
{
    rough_begin(model, at->kind, at->seed);
    model->wrong = at->element;
    model->factor = at->factor;
    model->amount = at->amount;
}

/* At the point given alone, with every element measured; the parameters are as they were. */
static ga_result *audit(const rough_case *at, rough *model, const ga_options *more)
{
    ga_options options = *more;
    options.seed = at->seed;
    options.measure = GA_MEASURE_ALL;
    options.points = 1;
    const rough before = *model;
    ga_problem *const p = rough_open(model);
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, &options, &result);
    cr_assert(status == GA_OK, "%s, seed %zu: %s", rough_text(at->kind), (size_t)at->seed,
              ga_problem_error(p));
    cr_expect(memcmp(before.x, model->x, sizeof before.x) == 0, "%s, seed %zu: parameters",
              rough_text(at->kind), (size_t)at->seed);
    ga_problem_free(p);
    return result;
}

/* NULL: the element was not measured. */
static const ga_element *element_of(const rough_case *at, const ga_result *result)
{
    const size_t variable = at->kind == ROUGH_RECTIFIERS && at->element >= ROUGH_HIDDEN;
    const size_t index = at->element - (variable ? ROUGH_HIDDEN : 0);
    for (size_t k = 0; k < ga_result_element_count(result, variable); k++) {
        const ga_element *const element = ga_result_element(result, variable, k);
        if (element->index == index) {
            return element;
        }
    }
    return NULL;
}

static size_t errors_of(const ga_result *result)
{
    size_t errors = 0;
    for (size_t k = 0; k < ga_result_finding_count(result); k++) {
        errors += ga_result_finding(result, k)->severity == GA_ERROR;
    }
    return errors;
}

ParameterizedTestParameters(nearby, takes_back_what_is_right)
{
    return cr_make_param_array(rough_case, right_cases, sizeof right_cases / sizeof *right_cases);
}

ParameterizedTest(rough_case *at, nearby, takes_back_what_is_right)
{
    rough model;
    char said[SAID_SIZE];
    begin(at, &model);
    ga_result *const result = audit(at, &model, &(ga_options){0});
    const ga_element *const element = element_of(at, result);
    cr_assert(element != NULL);
    cr_expect(element->verdict == GA_INCONCLUSIVE && strcmp(element->reason, TAKEN_BACK) == 0,
              "%s, seed %zu: %s, %s", rough_text(at->kind), (size_t)at->seed,
              ga_verdict_text(element->verdict), element->reason);
    cr_expect(errors_of(result) == 0 && ga_result_verdict(result) == GA_INCONCLUSIVE,
              "%s, seed %zu: %s", rough_text(at->kind), (size_t)at->seed, said_of(result, said));
    ga_result_free(result);
}

ParameterizedTestParameters(nearby, keeps_what_is_wrong)
{
    return cr_make_param_array(rough_case, wrong_cases, sizeof wrong_cases / sizeof *wrong_cases);
}

ParameterizedTest(rough_case *at, nearby, keeps_what_is_wrong)
{
    rough model;
    begin(at, &model);
    ga_result *const result = audit(at, &model, &(ga_options){0});
    const ga_element *const element = element_of(at, result);
    cr_assert(element != NULL);
    cr_expect(element->verdict == GA_FAIL && errors_of(result) > 0, "%s, seed %zu: %s, %s",
              rough_text(at->kind), (size_t)at->seed, ga_verdict_text(element->verdict),
              element->reason);
    ga_result_free(result);
}

/* A loss in double whose noise is far above rounding, and one in float. */
ParameterizedTestParameters(nearby, keeps_what_is_wrong_under_noise)
{
    static stack cases[] = {
        {.kind = STACK_NOISY, .faults = {{0, 3, STACK_SCALED, 1.5}}},
        {.kind = STACK_NOISY, .faults = {{0, 3, STACK_SHIFTED, 0.01}}},
        {.dtype = GA_F32, .faults = {{0, 3, STACK_SCALED, -1}}},
        {.dtype = GA_F32, .faults = {{0, 3, STACK_SHIFTED, 0.1}}},
        {.dtype = GA_F32, .kind = STACK_KINKED, .faults = {{0, 3, STACK_SCALED, 1.5}}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        cases[k].variables[0] = (stack_variable){.name = "w", .n = 12};
    }
    return cr_make_param_array(stack, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(stack *model, nearby, keeps_what_is_wrong_under_noise)
{
    char said[SAID_SIZE];
    ga_problem *const p = stack_open(model);
    ga_result *result = NULL;
    cr_assert(ga_audit(p, &(ga_options){.seed = 3, .points = 1}, &result) == GA_OK);
    cr_expect(strstr(said_of(result, said), ":w[3]") && ga_result_verdict(result) == GA_FAIL,
              "kind %d, dtype %d: %s", (int)model->kind, (int)model->dtype, said);
    cr_expect(stack_is_restored(model));
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(model);
}

static void expect_same_with_workers(const rough_case *at)
{
    rough model;
    begin(at, &model);
    model.slow = 200; /* worth a worker's while */
    ga_result *const one = audit(at, &model, &(ga_options){.workers = 1, .max_seconds = 1000});
    ga_result *const two = audit(at, &model, &(ga_options){.workers = 2, .max_seconds = 1000});
    cr_expect(differences_of(one, two, stderr) == 0, "%s, seed %zu", rough_text(at->kind),
              (size_t)at->seed);
    ga_result_free(one);
    ga_result_free(two);
}

Test(nearby, says_the_same_with_two_workers)
{
    expect_same_with_workers(&right_cases[0]); /* one of Huber's, */
    expect_same_with_workers(&right_cases[4]); /* one of a network's, */
    expect_same_with_workers(&wrong_cases[4]); /* and one that stands */
}

/* Every budget, from far too small to one evaluation more than is needed. *taken, *kept: how often
 * the element was taken back because of points nearby, and how often it was left as it was accused;
 * in between, where they could not be asked, it is inconclusive. */
static void expect_any_budget(const rough_case *at, size_t *taken, size_t *kept)
{
    rough model;
    begin(at, &model);
    ga_result *const whole = audit(at, &model, &(ga_options){0});
    const size_t all = ga_result_facts(whole)->evaluations;
    ga_result_free(whole);
    *taken = 0;
    *kept = 0;
    for (size_t budget = 1; budget <= all + 1; budget++) {
        ga_result *const cut = audit(at, &model, &(ga_options){.max_evaluations = budget});
        const size_t made = ga_result_facts(cut)->evaluations;
        const ga_element *const element = element_of(at, cut);
        cr_expect(made <= budget, "%zu evaluations of %zu", made, budget);
        cr_expect(!element || element->verdict != GA_PASS, "%s, seed %zu, budget %zu passes",
                  rough_text(at->kind), (size_t)at->seed, budget);
        *taken += element && strcmp(element->reason, TAKEN_BACK) == 0;
        *kept += element && element->verdict == GA_FAIL;
        ga_result_free(cut);
    }
}

Test(nearby, ends_well_with_any_budget)
{
    size_t taken = 0;
    size_t kept = 0;
    expect_any_budget(&right_cases[0], &taken, &kept);
    cr_expect(taken > 0 && kept == 0, "Huber: taken back %zu times, kept %zu times", taken, kept);
    expect_any_budget(&wrong_cases[2], &taken, &kept);
    cr_expect(taken == 0 && kept > 0, "wrong: taken back %zu times, kept %zu times", taken, kept);
}

/* Slopes measured on the double twin: what that finds, and what a twin must be. */
#include "alike.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define VARIABLES                                                                                  \
    {                                                                                              \
        {.name = "w", .n = 300}, {.name = "v", .n = 200},                                          \
        {                                                                                          \
            .name = "b", .n = 20                                                                   \
        }                                                                                          \
    }

typedef struct pair {
    stack model, twin;
    ga_problem *problem;
} pair;

static void open_pair(pair *at, const stack *model)
{
    at->model = *model;
    at->model.dtype = GA_F32;
    at->problem = stack_open(&at->model);
    ga_problem_twin(at->problem, stack_open_twin(&at->model, &at->twin));
}

static void close_pair(pair *at)
{
    ga_problem_free(at->problem);
    stack_close(&at->model);
    stack_close(&at->twin);
}

static ga_result *audit(const stack *model, const ga_options *options, const char *want)
{
    pair at;
    char said[SAID_SIZE];
    ga_result *result = NULL;
    open_pair(&at, model);
    const ga_status status = ga_audit(at.problem, options, &result);
    cr_assert(status == GA_OK, "%s", ga_problem_error(at.problem));
    cr_expect(stack_is_restored(&at.model));
    cr_expect(ga_result_facts(result)->twin);
    cr_expect(atomic_load(&at.twin.calls) > 0);
    cr_expect_str_eq(said_of(result, said), want, "%s: not %s", said, want);
    close_pair(&at);
    return result;
}

static const ga_options singly = {.measure = GA_MEASURE_ALL, .max_seconds = 1000, .points = 1};
static const ga_options screen = {.measure = GA_MEASURE_SCREEN, .max_seconds = 1000, .points = 1};

Test(twin, bars_are_narrow)
{
    const stack right = {.variables = VARIABLES};
    ga_result *const result = audit(&right, &singly, "");
    cr_expect(ga_result_verdict(result) == GA_PASS);
    for (size_t k = 0; k < ga_result_element_count(result, 0); k++) {
        const ga_element *const element = ga_result_element(result, 0, k);
        cr_expect(element->uncertainty <= 1e-5 * fmax(1.0, fabs(element->measured)), "%g",
                  element->uncertainty);
    }
    ga_result_free(result);
    ga_result *const screened = audit(&right, &screen, "");
    cr_expect(ga_result_facts(screened)->resolution < 1e-2, "%g",
              ga_result_facts(screened)->resolution);
    cr_expect(ga_result_verdict(screened) == GA_PASS);
    ga_result_free(screened);
}

Test(twin, small_faults_are_found)
{
    ga_result_free(audit(&(stack){.variables = VARIABLES, .faults = {{1, 77, STACK_SCALED, 1.001}}},
                         &singly, "G01:v[77]"));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .faults = {{1, 77, STACK_SCALED, 1.1}}},
                         &screen, "G01:v[77]"));
    ga_result_free(
        audit(&(stack){.variables = VARIABLES, .faults = {{2, GA_NO_INDEX, STACK_SCALED, 1.01}}},
              &screen, "G01:b"));
    ga_result_free(
        audit(&(stack){.variables = VARIABLES, .faults = {{1, GA_NO_INDEX, STACK_SCALED, 0}}},
              &screen, "G05:v"));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .factor = 32}, &screen, "G03"));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .factor = -0.5}, &singly, "G03"));
}

Test(twin, hard_and_right)
{
    ga_result_free(audit(&(stack){.variables = VARIABLES, .kind = STACK_KINKED}, &screen, ""));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .kind = STACK_NOISY}, &screen, ""));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .kind = STACK_NOISY}, &singly, ""));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .unit = 1e30}, &screen, ""));
    ga_result_free(audit(&(stack){.variables = VARIABLES, .unit = 1e-30}, &screen, ""));
    ga_result_free(audit(&(stack){.variables = {{.name = "w", .n = 1}}}, &singly, ""));
}

Test(twin, frozen_and_state_variables)
{
    const stack model = {.variables = {{.name = "w", .n = 300},
                                       {.name = "scale", .n = 1, .part = STACK_FROZEN},
                                       {.name = "b", .n = 20},
                                       {.name = "count", .n = 2, .part = STACK_STATE}}};
    ga_result_free(audit(&model, &singly, ""));
    ga_result_free(audit(&model, &screen, ""));
}

/* Another order, and a variable more that is not trained. */
Test(twin, variables_are_matched_by_name)
{
    stack model = {.variables = VARIABLES, .dtype = GA_F32, .faults = {{1, 5, STACK_SCALED, 2}}};
    stack other = {.variables = VARIABLES};
    double extra = 1.0;
    ga_problem *const p = stack_open(&model);
    ga_problem_free(stack_open_twin(&model, &other)); /* for its buffers */
    ga_problem *twin = NULL;
    ga_problem_new("twin", &twin);
    ga_problem_add(
        twin, &(ga_variable){.name = "extra", .value = &extra, .dtype = GA_F64, .role = GA_FROZEN});
    for (size_t v = 3; v-- > 0;) {
        ga_problem_add(twin, &(ga_variable){.name = other.variables[v].name,
                                            .value = other.value[v],
                                            .dtype = GA_F64,
                                            .rank = 1,
                                            .shape = {other.variables[v].n}});
    }
    ga_problem_callbacks(twin, stack_loss, NULL, &other);
    ga_problem_twin(p, twin);
    ga_result *result = NULL;
    char said[SAID_SIZE];
    cr_assert(ga_audit(p, &screen, &result) == GA_OK, "%s", ga_problem_error(p));
    cr_expect(ga_result_facts(result)->twin);
    cr_expect_str_eq(said_of(result, said), "G01:v[5]", "%s", said);
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
}

Test(twin, may_be_a_flat_problem_with_slices)
{
    stack model = {.variables = VARIABLES, .dtype = GA_F32, .faults = {{1, 5, STACK_SCALED, 2}}};
    stack other = {.variables = VARIABLES};
    ga_problem *const p = stack_open(&model);
    ga_problem_twin(p, stack_open_flat(&other));
    ga_result *result = NULL;
    char said[SAID_SIZE];
    cr_assert(ga_audit(p, &singly, &result) == GA_OK, "%s", ga_problem_error(p));
    cr_expect(ga_result_facts(result)->twin);
    cr_expect_str_eq(said_of(result, said), "G01:v[5]", "%s", said);
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(&model);
    stack_close(&other);
}

Test(twin, of_another_loss)
{
    pair at;
    open_pair(&at, &(stack){.variables = VARIABLES, .faults = {{1, 77, STACK_SCALED, -1}}});
    at.twin.unit = 1.01;
    ga_result *result = NULL;
    char said[SAID_SIZE];
    cr_assert(ga_audit(at.problem, &singly, &result) == GA_OK);
    cr_expect_str_eq(said_of(result, said), "G01:v[77] G10", "%s", said);
    cr_expect(!ga_result_facts(result)->twin, "slopes are those of the loss itself");
    ga_result_free(result);
    close_pair(&at);
}

Test(twin, every_evaluation_counts)
{
    static const size_t budgets[] = {5, 10, 25, 60, 100, 400};
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        pair at;
        open_pair(&at, &(stack){.variables = VARIABLES});
        ga_result *result = NULL;
        const ga_options options = {.max_evaluations = budgets[i], .max_seconds = 1000};
        cr_assert(ga_audit(at.problem, &options, &result) == GA_OK);
        const size_t calls = atomic_load(&at.model.calls) + atomic_load(&at.twin.calls);
        char said[SAID_SIZE];
        cr_expect(calls <= budgets[i] && ga_result_facts(result)->evaluations == calls,
                  "%zu of %zu, %zu said", calls, budgets[i], ga_result_facts(result)->evaluations);
        cr_expect_str_empty(said_of(result, said), "%s", said);
        ga_result_free(result);
        close_pair(&at);
    }
}

/* The same problem twice: nothing of the first audit is left in the second. */
Test(twin, audited_again)
{
    pair at;
    open_pair(&at, &(stack){.variables = VARIABLES, .faults = {{0, 7, STACK_SCALED, 1.01}}});
    ga_result *first = NULL;
    ga_result *second = NULL;
    cr_assert(ga_audit(at.problem, &screen, &first) == GA_OK);
    cr_assert(ga_audit(at.problem, &screen, &second) == GA_OK);
    cr_expect(differences_of(first, second, stderr) == 0);
    ga_result_free(first);
    ga_result_free(second);
    close_pair(&at);
}

/* What cannot be measured element by element: what directions find, what they state, and that the
 * budget holds. */
#include "alike.h"
#include "stack.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#define W                                                                                          \
    {                                                                                              \
        .name = "w", .n = 6000                                                                     \
    }
#define V                                                                                          \
    {                                                                                              \
        .name = "v", .n = 3000                                                                     \
    }
#define B                                                                                          \
    {                                                                                              \
        .name = "b", .n = 100                                                                      \
    }
#define ELEMENT(which, where, by)                                                                  \
    {                                                                                              \
        .variable = (which), .index = (where), .kind = STACK_SCALED, .amount = (by)                \
    }
#define WHOLE(which, by) ELEMENT(which, GA_NO_INDEX, by)

typedef struct screen_case {
    char why[72];
    char said[64];
    int roughly; /* which elements it names may be some of many */
    int flat;
    size_t budget; /* 0: by GA_MEASURE_SCREEN */
    stack model;
} screen_case;

static ga_result *audit(stack *model, int flat, const ga_options *options)
{
    ga_problem *const p = flat ? stack_open_flat(model) : stack_open(model);
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, options, &result);
    cr_assert(status == GA_OK, "%s: %s", ga_status_text(status), ga_problem_error(p));
    cr_expect(flat || stack_is_restored(model));
    ga_problem_free(p);
    return result;
}

static void expect_adds_up(const ga_result *result, const char *why)
{
    const ga_facts *const facts = ga_result_facts(result);
    size_t checked = 0;
    size_t elements = 0;
    for (size_t v = 0; v < ga_result_variable_count(result); v++) {
        const ga_variable_result *const at = ga_result_variable(result, v);
        cr_expect(at->checked + at->covered <= at->elements, "%s: %s", why, at->name);
        cr_expect(at->checked == ga_result_element_count(result, v), "%s: %s", why, at->name);
        checked += at->role == GA_TRAINABLE ? at->checked : 0;
        elements += at->role == GA_TRAINABLE ? at->elements : 0;
    }
    cr_expect(facts->screened, "%s", why);
    cr_expect(fabs(facts->coverage - (double)checked / (double)elements) <= 1e-12,
              "%s: coverage %g, and %zu of %zu measured", why, facts->coverage, checked, elements);
    cr_expect(facts->confidence >= 0.99 && facts->confidence < 1.0, "%s: %g", why,
              facts->confidence);
    cr_expect_not_null(facts->plan);
}

/* ---- Right, also where that is hard, and wrong ----
 */

ParameterizedTestParameters(screen, finds)
{
    static screen_case cases[] = {
        {"right", "", .model = {.variables = {W, V, B}}},
        {"right, flat", "", .flat = 1, .model = {.variables = {W, V, B}}},
        {"right, one vector", "", .flat = 1, .model = {.variables = {W}}},
        {"right, by budget", "", .budget = 900, .model = {.variables = {W, V, B}}},
        {"right, float", "", .model = {.variables = {W, V, B}, .dtype = GA_F32}},
        {"right, kinks", "", .model = {.variables = {W, V, B}, .kind = STACK_KINKED}},
        {"right, float and kinks", "",
         .model = {.variables = {W, V, B}, .kind = STACK_KINKED, .dtype = GA_F32}},
        {"right, noise", "", .model = {.variables = {W, V, B}, .kind = STACK_NOISY}},
        {"right, 1e150", "", .model = {.variables = {W, V, B}, .unit = 1e150}},
        {"right, 1e-150", "", .model = {.variables = {W, V, B}, .unit = 1e-150}},
        {"right, just above the limit", "", .model = {.variables = {{.name = "w", .n = 9}}}},
        {"right, frozen and state", "",
         .model = {.variables = {W,
                                 {.name = "scale", .n = 1, .part = STACK_FROZEN},
                                 B,
                                 {.name = "calls", .n = 1, .part = STACK_STATE}}}},
        {"right, bounds, some at them", "",
         .model = {.variables = {W, {.name = "v", .n = 3000, .lower = 0.4, .upper = 1.0}, B}}},
        {"right, a variable whose slopes are 0", "G12:v",
         .model = {.variables = {W, {.name = "v", .n = 300, .part = STACK_LEVEL}, B}}},
        {"a variable that is ignored", "V03:v",
         .model = {.variables = {W, {.name = "v", .n = 300, .part = STACK_IGNORED}, B}}},
        {"a claim for what is ignored", "G06:v V03:v",
         .model = {.variables = {W, {.name = "v", .n = 300, .part = STACK_IGNORED}, B},
                   .faults = {{1, GA_NO_INDEX, STACK_SHIFTED, 0.5}}}},
        {"one element", "G01:v[1234]",
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(1, 1234, 2)}}},
        {"one element, flat", "G01:v[1234]", .flat = 1,
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(1, 1234, 2)}}},
        {"one element, one vector", "G01:x[77]", .flat = 1,
         .model = {.variables = {W}, .faults = {ELEMENT(0, 77, -1)}}},
        {"one element, budget", "G01:v[1234]", .budget = 400,
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(1, 1234, 2)}}},
        {"the first and the last element", "G01:b[99] G01:w[0]",
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(0, 0, -1), ELEMENT(2, 99, -1)}}},
        {"one element, kinks", "G01:v[1234]",
         .model = {.variables = {W, V, B},
                   .kind = STACK_KINKED,
                   .faults = {{1, 1234, STACK_SHIFTED, 3}}}},
        {"one element, noise", "G01:v[1234]",
         .model = {.variables = {W, V, B},
                   .kind = STACK_NOISY,
                   .faults = {{1, 1234, STACK_SHIFTED, 1}}}},
        {"one element, 1e150", "G01:v[1234]",
         .model = {.variables = {W, V, B}, .unit = 1e150, .faults = {ELEMENT(1, 1234, 2)}}},
        {"three elements", "G01:v[2000] G01:w[4000][17]",
         .model = {.variables = {W, V, B},
                   .faults = {ELEMENT(0, 4000, -1), ELEMENT(0, 17, 3), ELEMENT(1, 2000, -2)}}},
        {"an element that is 0", "G05:w[50]",
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(0, 50, 0)}}},
        {"doubled", "G01:v", .model = {.variables = {W, V, B}, .faults = {WHOLE(1, 2)}}},
        {"doubled, small", "G01:b", .model = {.variables = {W, V, B}, .faults = {WHOLE(2, 2)}}},
        {"doubled, float", "G01:v", .roughly = 1,
         .model = {.variables = {W, V, B}, .dtype = GA_F32, .faults = {WHOLE(1, 2)}}},
        {"doubled, kinks", "G01:v",
         .model = {.variables = {W, V, B}, .kind = STACK_KINKED, .faults = {WHOLE(1, 2)}}},
        {"sign", "G01:w", .model = {.variables = {W, V, B}, .faults = {WHOLE(0, -1)}}},
        {"zero", "G05:v", .model = {.variables = {W, V, B}, .faults = {WHOLE(1, 0)}}},
        {"zero, float", "G05:v", .roughly = 1,
         .model = {.variables = {W, V, B}, .dtype = GA_F32, .faults = {WHOLE(1, 0)}}},
        {"rolled", "G01:v",
         .model = {.variables = {W, V, B}, .faults = {{1, GA_NO_INDEX, STACK_ROLLED, 0}}}},
        {"unwritten", "P03:b",
         .model = {.variables = {W, V, B}, .faults = {{2, GA_NO_INDEX, STACK_UNWRITTEN, 0}}}},
        {"unwritten in one place", "P03:v[5]",
         .model = {.variables = {W, V, B}, .faults = {{1, 5, STACK_UNWRITTEN, 0}}}},
        {"NaN in one place", "P02:v[5]",
         .model = {.variables = {W, V, B}, .faults = {{1, 5, STACK_NAN, 0}}}},
        {"two variables", "G01:w G05:b",
         .model = {.variables = {W, V, B}, .faults = {WHOLE(0, 1.2), WHOLE(2, 0)}}},
        {"three variables", "G01:c G01:w G05:b",
         .model = {.variables = {W, V, B, {.name = "c", .n = 500}, {.name = "d", .n = 64}},
                   .faults = {WHOLE(0, 2), WHOLE(2, 0), {3, GA_NO_INDEX, STACK_ROLLED, 0}}}},
        {"an element here, a variable there", "G01:b G01:v[99]",
         .model = {.variables = {W, V, B}, .faults = {ELEMENT(1, 99, 3), WHOLE(2, -1)}}},
        {"times -1", "G03", .model = {.variables = {W, V, B}, .factor = -1}},
        {"times -1/2", "G03", .model = {.variables = {W, V, B}, .factor = -0.5}},
        {"times 2", "G03", .model = {.variables = {W, V, B}, .factor = 2}},
        {"times 32", "G03", .model = {.variables = {W, V, B}, .factor = 32}},
        {"times 2, one vector", "G03", .flat = 1, .model = {.variables = {W}, .factor = 2}},
        {"times 2, float", "G03", .model = {.variables = {W, V, B}, .factor = 2, .dtype = GA_F32}},
        {"all are off by a little, each by another share", "G01:b G01:v G01:w",
         .model = {.variables = {W, V, B},
                   .faults = {WHOLE(0, 1.003), WHOLE(1, 1.002), WHOLE(2, 1.006)}}},
        {"what dominates is doubled, float", "G01:w",
         .model = {.variables = {W, {.name = "v", .n = 60}, {.name = "b", .n = 30}},
                   .dtype = GA_F32,
                   .faults = {WHOLE(0, 2)}}},
        {"times 32, and one variable is wrong", "G01:b G03",
         .model = {.variables = {W, V, B, {.name = "c", .n = 500}, {.name = "d", .n = 64}},
                   .factor = 32,
                   .faults = {{2, GA_NO_INDEX, STACK_ROLLED, 0}}}},
        {"times -1, and one variable is 0", "G03 G05:v",
         .model = {.variables = {W, V, B, {.name = "c", .n = 500}, {.name = "d", .n = 64}},
                   .factor = -1,
                   .faults = {WHOLE(1, 0)}}},
        {"times 2, and one element is wrong", "G01:v[44] G03",
         .model = {.variables = {W, V, B}, .factor = 2, .faults = {ELEMENT(1, 44, 5)}}},
    };
    return cr_make_param_array(screen_case, cases, sizeof cases / sizeof *cases);
}

/* Drops the elements. */
static void make_rough(char *said)
{
    char *to = said;
    int inside = 0;
    for (const char *from = said; *from; from++) {
        inside |= *from == '[';
        if (!inside) {
            *to++ = *from;
        }
        inside &= *from != ']';
    }
    *to = '\0';
}

ParameterizedTest(screen_case *at, screen, finds)
{
    char said[SAID_SIZE];
    const ga_options options = {.measure = at->budget ? GA_MEASURE_AUTO : GA_MEASURE_SCREEN,
                                .max_evaluations = at->budget,
                                .max_seconds = 1000,
                                .seed = 0};
    stack model = at->model;
    ga_result *const result = audit(&model, at->flat, &options);
    (void)said_of(result, said);
    if (at->roughly) {
        make_rough(said);
    }
    cr_expect_str_eq(said, at->said, "%s: %s", at->why, said);
    expect_adds_up(result, at->why);
    const int is_right = strspn(at->said, " ") == strlen(at->said);
    if (is_right) {
        const ga_facts *const facts = ga_result_facts(result);
        cr_expect(facts->verdict != GA_FAIL, "%s: %s", at->why, ga_verdict_text(facts->verdict));
        cr_expect(facts->resolution > 0, "%s: resolution %g", at->why, facts->resolution);
        cr_expect(facts->seen_share >= 0 && facts->seen_share <= 1, "%s: %g", at->why,
                  facts->seen_share);
    }
    ga_result_free(result);
    stack_close(&model);
}

/* ---- What is stated ----
 */

static const ga_variable_result *variable_of(const ga_result *result, size_t v)
{
    return ga_result_variable(result, v);
}

static const ga_options screen_only = {.measure = GA_MEASURE_SCREEN, .max_seconds = 1000};

Test(screen, a_factor_names_the_scale_that_declares_it)
{
    static const struct {
        double factor;
        char scale[32];
    } cases[] = {{-1, ".gradient_scale = -1"},
                 {-0.5, ".gradient_scale = -0.5"},
                 {2, ".gradient_scale = 2"},
                 {32, ".gradient_scale = 32"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stack model = {.variables = {W, V, B}, .factor = cases[i].factor};
        ga_result *const result = audit(&model, 0, &screen_only);
        cr_assert(ga_result_finding_count(result) > 0);
        const ga_finding *const finding = ga_result_finding(result, 0);
        cr_expect_str_eq(finding->code, "G03");
        cr_expect_null(finding->variable);
        cr_expect(finding->help && strstr(finding->help, cases[i].scale), "%s", finding->help);
        ga_result_free(result);
        stack_close(&model);
    }
}

Test(screen, what_directions_move_is_covered_and_nothing_else)
{
    stack model = {.variables = {W, {.name = "v", .n = 3000, .lower = 0.4, .upper = 1.0}, B}};
    ga_problem *const p = stack_open(&model);
    size_t stuck = 0; /* at a bound: no room at all */
    size_t free_ones = 0;
    for (size_t i = 0; i < 3000; i++) {
        const double x = ((const double *)model.value[1])[i];
        stuck += x <= 0.4 || x >= 1.0;
        free_ones += x > 0.6 && x < 0.8;
    }
    ga_result *result = NULL;
    cr_assert(ga_audit(p, &screen_only, &result) == GA_OK);
    const ga_variable_result *const v = variable_of(result, 1);
    cr_expect(stuck > 100 && v->checked + v->covered <= 3000 - stuck, "%zu covered", v->covered);
    cr_expect(v->checked + v->covered >= free_ones, "%zu covered", v->covered);
    cr_expect(variable_of(result, 0)->checked + variable_of(result, 0)->covered == 6000);
    cr_expect(ga_result_facts(result)->coverage < 0.1, "directions measure no element");
    ga_result_free(result);
    ga_problem_free(p);
    stack_close(&model);
}

/* Every element at a bound: directions have nowhere to go. */
Test(screen, what_cannot_move_does_not_pass)
{
    stack model = {.variables = {{.name = "w", .n = 3000, .lower = 1.5, .upper = 2.0}},
                   .faults = {{0, GA_NO_INDEX, STACK_SCALED, 3}}};
    ga_result *const result = audit(&model, 0, &screen_only);
    const ga_variable_result *const w = variable_of(result, 0);
    cr_expect(ga_result_verdict(result) != GA_PASS, "%s",
              ga_verdict_text(ga_result_verdict(result)));
    cr_expect(w->verdict != GA_PASS && w->covered == 0 && w->checked == 0, "%s, %zu covered",
              ga_verdict_text(w->verdict), w->covered);
    ga_result_free(result);
    stack_close(&model);
}

/* So noisy that even the doubled gradient is within the bars. */
static double hidden(const double *x, size_t n, void *user)
{
    double sum = 1e9;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        sum += 1e-9 * x[i];
    }
    return sum;
}

static int hidden_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)x, (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2e-9 * (i % 2 ? 1.0 : -1.0);
    }
    return 0;
}

Test(screen, directions_that_say_nothing_are_no_pass)
{
    enum {
        N = 3000
    };
    static double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 1.0 + 1e-3 * (double)i;
    }
    ga_problem *p = NULL;
    ga_result *result = NULL;
    ga_problem_flat(&(ga_flat){.n = N, .x = x, .loss = hidden, .grad = hidden_gradient}, &p);
    cr_assert(ga_audit(p, &screen_only, &result) == GA_OK);
    cr_expect(ga_result_verdict(result) == GA_INCONCLUSIVE, "%s",
              ga_verdict_text(ga_result_verdict(result)));
    cr_expect_not_null(ga_result_facts(result)->limit);
    ga_result_free(result);
    ga_problem_free(p);
}

Test(screen, a_float_loss_says_what_limits_it_and_what_would_help)
{
    stack model = {.variables = {W, V, B}, .dtype = GA_F32};
    ga_result *const result = audit(&model, 0, &screen_only);
    const ga_facts *const facts = ga_result_facts(result);
    cr_expect(facts->limit && facts->remedy && strstr(facts->remedy, "twin"), "%s: %s",
              facts->limit, facts->remedy);
    for (size_t v = 0; v < 3; v++) {
        cr_expect(variable_of(result, v)->resolution > 0 && variable_of(result, v)->limit, "%zu",
                  v);
        cr_expect(variable_of(result, v)->seen_share >= 0);
    }
    ga_result_free(result);
    stack_close(&model);
}

/* ---- Budgets ----
 */

/* `wrong`: what may be found; "G01" alone accuses no variable yet. */
static void expect_within(stack *model, int flat, size_t budget, const char *wrong)
{
    const ga_options options = {.max_evaluations = budget, .max_seconds = 1000};
    char said[SAID_SIZE];
    ga_result *const result = audit(model, flat, &options);
    const ga_facts *const facts = ga_result_facts(result);
    const size_t calls = atomic_load(&model->calls);
    cr_expect(calls <= budget && facts->evaluations == calls, "%zu calls, %zu said, of %zu", calls,
              facts->evaluations, budget);
    (void)said_of(result, said);
    make_rough(said);
    cr_expect(said[0] == '\0' || (said[0] == 'G' && strncmp(said, wrong, strlen(said)) == 0),
              "budget %zu: %s", budget, said);
    cr_expect(facts->verdict != GA_PASS || facts->resolution < 0.1, "budget %zu: %g", budget,
              facts->resolution);
    cr_expect(facts->verdict != GA_FAIL || said[0], "budget %zu", budget);
    cr_expect(facts->verdict == GA_SKIPPED || facts->plan, "budget %zu", budget);
    cr_expect(budget < 60 || !*wrong || facts->verdict == GA_FAIL, "budget %zu: %s", budget,
              ga_verdict_text(facts->verdict));
    cr_expect(budget < 60 || *wrong || isfinite(facts->resolution), "budget %zu: %g", budget,
              facts->resolution);
    ga_result_free(result);
    stack_close(model);
}

Test(screen, budgets_are_kept)
{
    static const size_t budgets[] = {1, 2, 5, 10, 15, 25, 40, 60, 100, 200, 400};
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        stack vector = {.variables = {{.name = "w", .n = 10000}}};
        stack tensors = {.variables = {W, V, B}};
        stack kinked = {.variables = {W, V, B}, .kind = STACK_KINKED, .dtype = GA_F32};
        stack wrong = {.variables = {W, V, B}, .faults = {WHOLE(1, 2)}};
        stack element = {.variables = {{.name = "w", .n = 10000}}, .faults = {ELEMENT(0, 77, -1)}};
        expect_within(&vector, 1, budgets[i], "");
        expect_within(&tensors, 0, budgets[i], "");
        expect_within(&kinked, 0, budgets[i], "");
        expect_within(&wrong, 0, budgets[i], "G01:v");
        expect_within(&element, 1, budgets[i], "G01:x");
    }
}

Test(screen, a_slow_loss_ends_in_time)
{
    stack model = {.variables = {{.name = "w", .n = 500}}, .slow = 20000};
    const ga_options options = {.max_seconds = 0.5};
    ga_result *const result = audit(&model, 0, &options);
    const ga_facts *const facts = ga_result_facts(result);
    cr_expect(facts->seconds <= 0.6, "%g", facts->seconds);
    cr_expect(facts->screened && facts->plan && facts->verdict != GA_FAIL);
    ga_result_free(result);
    stack_close(&model);
}

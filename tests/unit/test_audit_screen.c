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

#include "samples.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char agrees[] = "agrees";
static const char differs[] = "outside the bar";

static ga_result *begin(const char *loss)
{
    ga_result *const result = ga_result_new();
    cr_assert(result);
    result->facts.loss = ga_result_text(result, loss);
    result->facts.seed = 42;
    result->facts.algorithm = 1;
    result->facts.seconds = 1.9;
    result->facts.repeatable = 1;
    result->facts.repeats = 8;
    result->facts.distinct = 1;
    result->facts.verdict = GA_PASS;
    result->facts.loss_value = 2.3025850929940457;
    result->facts.noise = 2.2e-16;
    result->facts.resolution = 4e-9;
    result->facts.coverage = 1.0;
    result->facts.points = 1;
    result->facts.evaluations = 31404;
    result->facts.gradient_calls = 5;
    return result;
}

/* A trainable variable of doubles, all of whose `elements` are measured and agree. */
static ga_variable_record *add(ga_result *result, const char *name, int rank, const size_t *shape)
{
    ga_variable_record *const variable = ga_result_add_variable(result);
    ga_variable_result *const view = &variable->view;
    view->name = ga_result_text(result, name);
    view->dtype = GA_F64;
    view->rank = rank;
    view->elements = 1;
    for (int d = 0; d < rank; d++) {
        view->shape[d] = shape[d];
        view->elements *= shape[d];
    }
    view->checked = view->elements;
    view->verdict = GA_PASS;
    view->worst_index = view->elements / 2;
    view->worst_error = 3.1e-10;
    view->resolution = 4e-9;
    view->gradient_norm = 1.27;
    view->rtol = 1e-6;
    view->file = ga_result_text(result, "src/model.c");
    view->line = 12;
    variable->x = calloc(view->elements, sizeof(double));
    variable->analytic = calloc(view->elements, sizeof(double));
    for (size_t k = 0; k < view->elements; k++) {
        variable->x[k] = 0.1 * (double)(k + 1);
        variable->analytic[k] = 1.0 / (double)(k + 3);
        *ga_result_add_element(variable) = (ga_element){
            .index = k,
            .x = variable->x[k],
            .analytic = variable->analytic[k],
            .measured = variable->analytic[k] * (1.0 + 1e-10),
            .uncertainty = 4e-11,
            .resolution = 8e-11,
            .step = 1e-3,
            .verdict = GA_PASS,
            .evaluations = 4,
            .reason = ga_result_text(result, agrees),
        };
    }
    return variable;
}

static ga_check_result *add_check(ga_result *result, const char *code, const char *name,
                                  ga_verdict verdict, const char *reason)
{
    ga_check_result *const check = ga_result_add_check(result);
    check->code = ga_result_text(result, code);
    check->name = ga_result_text(result, name);
    check->verdict = verdict;
    check->reason = ga_result_text(result, reason);
    return check;
}

static void fail_element(ga_result *result, ga_variable_record *variable, size_t k, double factor)
{
    ga_element *const element = &variable->elements[k];
    element->measured = element->analytic / factor;
    element->verdict = GA_FAIL;
    element->reason = ga_result_text(result, differs);
    variable->view.failed++;
    variable->view.verdict = GA_FAIL;
    variable->view.worst_error = 0.98;
    variable->view.worst_index = element->index;
    result->facts.verdict = GA_FAIL;
}

ga_result *sample_passing(void)
{
    ga_result *const result = begin("mlp_xent");
    add(result, "W1", 2, (const size_t[]){24, 10});
    add(result, "b1", 1, (const size_t[]){10});
    add(result, "tau", 0, NULL)->view.gradient_norm = 0.04;
    add_check(result, "P01", "loss-nonfinite", GA_PASS, NULL);
    add_check(result, "G01", "mismatch", GA_PASS, NULL);
    add_check(result, "G10", "loss-disagrees", GA_SKIPPED,
              "the loss and the gradient are separate callbacks");
    return result;
}

ga_result *sample_failing(void)
{
    ga_result *const result = begin("mlp_xent");
    ga_variable_record *weights = add(result, "W1", 2, (const size_t[]){24, 10});
    for (size_t k = 3; k < 240; k += 24) {
        fail_element(result, weights, k, 64.0);
    }
    ga_finding *finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "G01"),
        .name = ga_result_text(result, "mismatch"),
        .severity = GA_ERROR,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "W1"),
        .indices = {27, 3, 51, 75, 99, 123, 147, 171, 195, 219},
        .index_count = 10,
        .count = 10,
        .has_numbers = 1,
        .analytic = weights->elements[27].analytic,
        .measured = weights->elements[27].measured,
        .uncertainty = 4e-11,
        .message = ga_result_text(result, "the gradient of `W1` is not the slope of the loss"),
        .why =
            ga_result_text(result, "10 of 240 elements lie outside the bar of what was measured"),
        .help = ga_result_text(result, "look at the terms that only these elements have"),
        .file = ga_result_text(result, "src/model.c"),
        .line = 12,
    };
    finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "V03"),
        .name = ga_result_text(result, "dead"),
        .severity = GA_WARNING,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "b1"),
        .count = 10,
        .message = ga_result_text(result, "`b1` does not change the loss"),
        .help = ga_result_text(result, "use it, or register it as frozen"),
    };
    finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "P09"),
        .name = ga_result_text(result, "range"),
        .severity = GA_NOTE,
        .verdict = GA_FAIL,
        .message = ga_result_text(result, "the loss is close to overflow"),
        .has_numbers = 1,
        .analytic = 1e300,
        .measured = (double)NAN,
        .uncertainty = (double)INFINITY,
    };
    finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "S01"),
        .name = ga_result_text(result, "kink"),
        .severity = GA_WARNING,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "tau"),
        .indices = {0},
        .index_count = 1,
        .count = 1,
        .message = ga_result_text(result, "the loss has a kink at `tau`"),
        .suppressed = ga_result_text(result, "hinge loss: kink by design"),
    };
    add(result, "b1", 1, (const size_t[]){10})->view.gradient_norm = 0.0;
    add(result, "tau", 0, NULL);
    ga_variable_record *const mean = ga_result_add_variable(result);
    mean->view.name = ga_result_text(result, "running_mean");
    mean->view.dtype = GA_F32;
    mean->view.role = GA_STATE;
    mean->view.rank = 1;
    mean->view.shape[0] = 16;
    mean->view.elements = 16;
    add_check(result, "G01", "mismatch", GA_FAIL, NULL);
    add_check(result, "G10", "loss-disagrees", GA_SKIPPED,
              "the loss and the gradient are separate callbacks");
    add_check(result, "V05", "overwritten", GA_SKIPPED, "not selected");
    add_check(result, "N04", "hidden-state", GA_SKIPPED, "not selected");
    result->run.target = ga_result_text(result, "build/libmodel.so");
    result->run.subject = ga_result_text(result, "mlp");
    result->run.output = ga_result_text(result, "epoch 1\nepoch 2\n");
    result->run.id = 0;
    return result;
}

static void fill_strange_element(ga_element *element, size_t k)
{
    static const double strange[] = {(double)NAN,       -0.0,   (double)INFINITY,
                                     (double)-INFINITY, 5e-324, 1.7976931348623157e308};
    const size_t count = sizeof strange / sizeof *strange;
    element->x = strange[k % count];
    element->analytic = strange[(k + 1) % count];
    element->measured = strange[(k + 2) % count];
    element->uncertainty = strange[(k + 3) % count];
    element->resolution = strange[(k + 4) % count];
    element->step = strange[(k + 5) % count];
    element->verdict = (ga_verdict)(k % 4);
    element->evaluations = (unsigned)(k * 30000);
}

ga_result *sample_hostile(void)
{
    char huge[10001];
    memset(huge, 'n', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    ga_result *const result = begin("\"; DROP TABLE run; --\n\x1b[31m\xff\xfe\xf0\x9f\x98\x80\\");
    result->facts.seed = UINT64_MAX;
    result->facts.loss_value = -0.0;
    result->facts.noise = (double)NAN;
    result->facts.resolution = (double)INFINITY;
    result->facts.coverage = -0.0;
    result->facts.repeatable = -1;
    result->facts.strict = 1;
    result->facts.evaluations = SIZE_MAX;
    result->facts.plan = ga_result_text(result, "a plan\nof \xff");
    result->facts.confidence = (double)-INFINITY;
    result->facts.seen_share = -0.0;
    result->facts.limit = ga_result_text(result, "");
    result->facts.remedy = ga_result_text(result, huge);
    result->facts.points = -1;
    result->facts.unexplained = (double)INFINITY;
    add(result, huge, 1, (const size_t[]){3})->view.worst_error = (double)NAN;
    ga_variable_record *strange = add(result, "a\tb\r\n\x01\x7f\xc2\x85\xe2\x80\xae'`\"", 8,
                                      (const size_t[]){1, 2, 1, 3, 1, 1, 2, 1});
    for (size_t k = 0; k < strange->element_count; k++) {
        fill_strange_element(&strange->elements[k], k);
    }
    strange->elements[3].index = 11; /* not in order; not equal to x and analytic */
    strange->elements[5].reason = NULL;
    strange->view.worst_error = -0.0;
    strange->view.resolution = (double)NAN;
    strange->view.gradient_norm = (double)-INFINITY;
    strange->view.covered = SIZE_MAX;
    strange->view.seen_share = (double)-INFINITY;
    strange->view.limit = ga_result_text(result, "\x1b[31m\n");
    strange->view.claimed = -0.0;
    strange->view.measured = 5e-324;
    strange->view.uncertainty = (double)INFINITY;
    strange->view.file = NULL;
    strange = add(result, "", 1, (const size_t[]){0});
    strange->view.worst_index = GA_NO_INDEX;
    for (int k = 0; k < 300; k++) { /* more reasons than a byte can tell apart */
        ga_element *const element = ga_result_add_element(strange);
        element->index = (size_t)k;
        element->reason = ga_result_format(result, "reason %d", k);
    }
    free(strange->x);
    strange->x = NULL;
    ga_finding *finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "V02"),
        .refines = ga_result_text(result, ""),
        .severity = GA_ERROR,
        .verdict = GA_INCONCLUSIVE,
        .variable = ga_result_text(result, "never registered \xff"),
        .indices = {GA_NO_INDEX, 0},
        .index_count = 2,
        .count = SIZE_MAX,
        .has_numbers = 1,
        .analytic = -0.0,
        .measured = (double)NAN,
        .uncertainty = (double)-INFINITY,
        .message = ga_result_text(result, huge),
        .why = ga_result_text(result, "\xe2\x82"),
        .file = ga_result_text(result, "a file\nof two lines.c"),
        .line = -1,
        .point = -7,
        .along = 1,
    };
    finding = ga_result_add_finding(result);
    finding->code = ga_result_text(result, "G01");
    finding->refines = NULL;
    finding->severity = GA_ERROR;
    finding->variable = ga_result_text(result, huge);
    finding->index_count = GA_MAX_INDICES;
    for (size_t k = 0; k < GA_MAX_INDICES; k++) {
        finding->indices[k] = k;
    }
    add_check(result, NULL, NULL, GA_SKIPPED, NULL);
    result->run.arguments = ga_result_text(result, "[\"--x\",\"y\"]");
    result->run.options = ga_result_text(result, "{}");
    result->run.output = ga_result_text(result, "\xff\x01\n");
    return result;
}

ga_result *sample_empty(void)
{
    return ga_result_new();
}

ga_result *sample_large(void)
{
    ga_result *const result = begin("large");
    ga_variable_record *const variable = add(result, "w", 2, (const size_t[]){1000, 100});
    for (size_t k = 0; k < 12000; k++) {
        fail_element(result, variable, k * 8, 1.0 + 1e-3 * (double)(k + 1));
    }
    return result;
}

ga_result *sample_many(void)
{
    ga_result *const result = begin("resnet");
    for (int k = 0; k < 60; k++) {
        char name[32];
        (void)snprintf(name, sizeof name, "block%d/conv/weight", k);
        ga_variable_record *const variable = add(result, name, 1, (const size_t[]){5});
        variable->view.worst_error = 1e-10 * (k + 1);
        if (k == 7) {
            fail_element(result, variable, 2, -1.0);
        }
    }
    ga_finding *const finding = ga_result_add_finding(result);
    finding->code = ga_result_text(result, "G01");
    finding->name = ga_result_text(result, "mismatch");
    finding->severity = GA_ERROR;
    finding->verdict = GA_FAIL;
    finding->variable = ga_result_text(result, "block7/conv/weight");
    finding->index_count = 1;
    finding->indices[0] = 2;
    finding->count = 1;
    finding->message = ga_result_text(result, "the gradient of `block7/conv/weight` is not the "
                                              "slope of the loss");
    return result;
}

ga_result *sample_crashed(void)
{
    ga_result *const result = begin("crashing");
    result->facts.verdict = GA_FAIL;
    result->facts.aborted = 1;
    result->facts.repeatable = -1;
    result->facts.resolution = (double)NAN;
    result->facts.coverage = 0.0;
    result->facts.evaluations = 7;
    ga_finding *const finding = ga_result_add_finding(result);
    finding->code = ga_result_text(result, "P08");
    finding->name = ga_result_text(result, "callback-failed");
    finding->severity = GA_ERROR;
    finding->verdict = GA_FAIL;
    finding->message = ga_result_text(result, "the loss crashed in its 7th call: segmentation "
                                              "fault at address 0");
    return result;
}

ga_result *sample_partial(void)
{
    ga_result *const result = begin("slow");
    ga_variable_record *const variable = add(result, "theta", 1, (const size_t[]){1000});
    variable->element_count = 120;
    variable->view.checked = 120;
    for (size_t k = 0; k < variable->element_count; k++) {
        variable->elements[k].index = 7 * k;
        variable->elements[k].x = variable->x[7 * k];
        variable->elements[k].analytic = 2.0 * variable->analytic[7 * k];
    }
    variable->elements[17].verdict = GA_INCONCLUSIVE;
    variable->elements[17].reason = ga_result_text(result, "bar too wide");
    variable->view.verdict = GA_INCONCLUSIVE;
    variable->view.inconclusive = 1;
    variable->view.worst_index = 7 * 17;
    variable->view.worst_error = 2.5e-3;
    result->facts.verdict = GA_INCONCLUSIVE;
    result->facts.coverage = 0.12;
    return result;
}

/* A variable of floats of which directions moved all that was not measured singly; its x and its
 * gradient are not kept. */
static ga_variable_record *add_covered(ga_result *result, const char *name, size_t rows,
                                       size_t columns, size_t singly)
{
    ga_variable_record *const variable = ga_result_add_variable(result);
    ga_variable_result *const view = &variable->view;
    view->name = ga_result_text(result, name);
    view->dtype = GA_F32;
    view->rank = columns > 1 ? 2 : 1;
    view->shape[0] = rows;
    view->shape[1] = columns > 1 ? columns : 0;
    view->elements = rows * columns;
    view->checked = singly;
    view->covered = view->elements - singly;
    view->verdict = GA_PASS;
    view->resolution = 3e-4;
    view->gradient_norm = 1.27;
    view->rtol = 1e-4;
    view->seen_share = 1.0;
    view->claimed = 0.25;
    view->measured = 0.25 * (1.0 + 1e-6);
    view->uncertainty = 2e-5;
    view->file = ga_result_text(result, "src/gpt.c");
    view->line = 88;
    for (size_t k = 0; k < singly; k++) {
        *ga_result_add_element(variable) = (ga_element){
            .index = k * (view->elements / singly),
            .x = 0.1 * (double)(k + 1),
            .analytic = 1.0 / (double)(k + 3),
            .measured = 1.0 / (double)(k + 3) + 1e-5,
            .uncertainty = 4e-5,
            .resolution = 8e-5,
            .step = 1e-3,
            .verdict = GA_PASS,
            .evaluations = 6,
            .reason = ga_result_text(result, agrees),
        };
    }
    if (singly > 0) {
        view->worst_index = 0;
        view->worst_error = 3e-5;
    }
    return variable;
}

static ga_result *begin_screened(void)
{
    ga_result *const result = begin("gpt");
    ga_facts *const facts = &result->facts;
    facts->evaluations = 214;
    facts->resolution = 2e-3;
    facts->coverage = 1e-5;
    facts->noise = 3.1e-8;
    facts->plan = ga_result_text(result, "directions through all elements: each singly would take "
                                         "40 000 000 evaluations");
    facts->screened = 1;
    facts->confidence = 0.999;
    facts->seen_share = 0.8765;
    facts->limit = ga_result_text(result, "kinks");
    facts->remedy = ga_result_text(result, "build the same loss in double and give it as the twin");
    facts->unexplained = 0.4;
    return result;
}

ga_result *sample_screened(void)
{
    ga_result *const result = begin_screened();
    ga_variable_record *variable = add_covered(result, "wte", 100000, 100, 64);
    variable->view.seen_share = 0.12;
    variable->view.resolution = 2e-3;
    variable->view.limit = ga_result_text(result, "kinks");
    variable = add_covered(result, "wpe", 16, 64, 1024);
    variable->view.covered = 0;
    variable->view.claimed = (double)NAN;
    variable->view.measured = (double)NAN;
    variable->view.uncertainty = (double)NAN;
    (void)add_covered(result, "ln_f/gain", 64, 1, 1);
    variable = add_covered(result, "head", 64, 128, 0);
    variable->view.covered = 8000; /* the budget was spent */
    variable->view.limit = ga_result_text(result, "noise");
    variable->view.seen_share = 0.9996;
    ga_variable_record *const mask = ga_result_add_variable(result);
    mask->view.name = ga_result_text(result, "mask");
    mask->view.role = GA_FROZEN;
    mask->view.dtype = GA_F32;
    mask->view.rank = 1;
    mask->view.shape[0] = 16;
    mask->view.elements = 16;
    add_check(result, "G01", "mismatch", GA_PASS, NULL);
    return result;
}

ga_result *sample_astray(void)
{
    ga_result *const result = begin_screened();
    result->facts.verdict = GA_FAIL;
    result->facts.twin = 1;
    result->facts.points = 3;
    result->facts.unexplained = -0.0;
    result->facts.confidence = (double)NAN;
    result->facts.seen_share = (double)INFINITY;
    result->run.target = ga_result_text(result, "gpt_wrong.so");
    ga_variable_record *const wrong = add_covered(result, "wte", 128, 64, 64);
    for (size_t k = 0; k < 64; k++) {
        fail_element(result, wrong, k, 2.0);
    }
    wrong->view.resolution = 3.7; /* what is wrong hides what else could be */
    result->facts.resolution = 1.8;
    wrong->view.claimed = 0.5;
    wrong->view.seen_share = -0.0;
    ga_variable_record *const dense = add_covered(result, "wpe", 16, 64, 0);
    dense->view.verdict = GA_FAIL;
    dense->view.resolution = (double)NAN;
    dense->view.claimed = -0.0;
    dense->view.measured = (double)-INFINITY;
    dense->view.uncertainty = (double)INFINITY;
    ga_variable_record *const open = add_covered(result, "bias", 64, 1, 2);
    open->view.verdict = GA_INCONCLUSIVE;
    open->view.inconclusive = 1;
    ga_finding *finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "G01"),
        .name = ga_result_text(result, "mismatch"),
        .severity = GA_ERROR,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "wte"),
        .indices = {0, 128},
        .index_count = 2,
        .count = 64,
        .has_numbers = 1,
        .analytic = 0.5,
        .measured = 0.25,
        .uncertainty = 2e-5,
        .message = ga_result_text(result, "the gradient of `wte` is wrong all over"),
        .along = 1,
    };
    finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "G05"),
        .name = ga_result_text(result, "broken-chain"),
        .severity = GA_ERROR,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "wpe"),
        .count = 1024,
        .has_numbers = 1,
        .analytic = 0.0,
        .measured = -0.125,
        .uncertainty = 1e-6,
        .message = ga_result_text(result, "the gradient of `wpe` is 0, and the loss moves with it"),
        .point = 1,
        .along = 1,
    };
    finding = ga_result_add_finding(result);
    *finding = (ga_finding){
        .code = ga_result_text(result, "S01"),
        .name = ga_result_text(result, "kink"),
        .severity = GA_WARNING,
        .verdict = GA_FAIL,
        .variable = ga_result_text(result, "bias"),
        .indices = {32},
        .index_count = 1,
        .count = 1,
        .has_numbers = 1,
        .analytic = 0.0,
        .measured = 0.25,
        .uncertainty = 0.5,
        .message = ga_result_text(result, "the loss has a kink at `bias[32]`"),
        .point = 2,
    };
    add_check(result, "G01", "mismatch", GA_FAIL, NULL);
    return result;
}

ga_result *sample_twin(void)
{
    ga_result *const result = sample_passing();
    result->facts.twin = 1;
    result->facts.points = 3;
    result->facts.plan = ga_result_text(result, "every element singly, at 3 points");
    for (size_t v = 0; v < result->variable_count; v++) {
        result->variables[v].view.dtype = GA_F32;
        result->variables[v].view.seen_share = 1.0;
    }
    return result;
}

const sample samples[] = {
    {"passing", sample_passing}, {"failing", sample_failing}, {"hostile", sample_hostile},
    {"empty", sample_empty},     {"large", sample_large},     {"many", sample_many},
    {"crashed", sample_crashed}, {"partial", sample_partial}, {"screened", sample_screened},
    {"astray", sample_astray},   {"twin", sample_twin},
};
const size_t sample_count = sizeof samples / sizeof *samples;

/* ---- Equality ------------------------------------------------------------------------------- */

static int same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* By their bits; of NaN only that it is one, where a column holds it. */
static int same_bits(double one, double other)
{
    return memcmp(&one, &other, sizeof one) == 0;
}

static int same_number(double one, double other)
{
    return same_bits(one, other) || (isnan(one) && isnan(other));
}

#define DIFFER(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return #condition;                                                                     \
        }                                                                                          \
    } while (0)
#define TEXT(field) DIFFER(same_text(one->field, other->field))
#define EQUAL(field) DIFFER(one->field == other->field)
#define NUMBER(field) DIFFER(same_number(one->field, other->field))
#define BITS(field) DIFFER(same_bits(one->field, other->field))

static const char *facts_differ(const ga_facts *one, const ga_facts *other)
{
    TEXT(loss);
    EQUAL(verdict);
    EQUAL(seed);
    EQUAL(evaluations);
    EQUAL(gradient_calls);
    NUMBER(loss_value);
    NUMBER(noise);
    NUMBER(resolution);
    NUMBER(coverage);
    NUMBER(seconds);
    EQUAL(repeatable);
    EQUAL(repeats);
    EQUAL(distinct);
    EQUAL(aborted);
    EQUAL(strict);
    EQUAL(algorithm);
    TEXT(plan);
    EQUAL(screened);
    NUMBER(confidence);
    NUMBER(seen_share);
    TEXT(limit);
    TEXT(remedy);
    EQUAL(twin);
    EQUAL(points);
    NUMBER(unexplained);
    return NULL;
}

static const char *runs_differ(const ga_run_info *one, const ga_run_info *other)
{
    EQUAL(id);
    TEXT(uuid);
    TEXT(target);
    TEXT(subject);
    TEXT(arguments);
    TEXT(options);
    EQUAL(started);
    TEXT(commit);
    TEXT(branch);
    EQUAL(dirty);
    TEXT(output);
    return NULL;
}

static const char *views_differ(const ga_variable_result *one, const ga_variable_result *other)
{
    TEXT(name);
    EQUAL(dtype);
    EQUAL(role);
    EQUAL(rank);
    DIFFER(memcmp(one->shape, other->shape, (size_t)one->rank * sizeof *one->shape) == 0);
    EQUAL(elements);
    EQUAL(checked);
    EQUAL(verdict);
    EQUAL(failed);
    EQUAL(inconclusive);
    EQUAL(nonfinite);
    EQUAL(zero);
    EQUAL(unwritten);
    EQUAL(worst_index);
    NUMBER(worst_error);
    NUMBER(resolution);
    NUMBER(gradient_norm);
    NUMBER(rtol);
    TEXT(file);
    EQUAL(line);
    EQUAL(covered);
    NUMBER(seen_share);
    TEXT(limit);
    NUMBER(claimed);
    NUMBER(measured);
    NUMBER(uncertainty);
    return NULL;
}

static const char *elements_differ(const ga_element *one, const ga_element *other)
{
    EQUAL(index);
    BITS(x);
    BITS(analytic);
    BITS(measured);
    BITS(uncertainty);
    BITS(resolution);
    BITS(step);
    EQUAL(verdict);
    EQUAL(evaluations);
    TEXT(reason);
    return NULL;
}

static const char *variables_differ(const ga_variable_record *one, const ga_variable_record *other)
{
    const char *what = views_differ(&one->view, &other->view);
    const size_t size = one->view.elements * sizeof(double);
    EQUAL(element_count);
    DIFFER(!one->x == !other->x && !one->analytic == !other->analytic);
    DIFFER(!one->x || memcmp(one->x, other->x, size) == 0);
    DIFFER(!one->analytic || memcmp(one->analytic, other->analytic, size) == 0);
    for (size_t k = 0; !what && k < one->element_count; k++) {
        what = elements_differ(&one->elements[k], &other->elements[k]);
    }
    return what;
}

static const char *findings_differ(const ga_finding *one, const ga_finding *other)
{
    TEXT(code);
    TEXT(name);
    TEXT(refines);
    EQUAL(severity);
    EQUAL(verdict);
    TEXT(variable);
    EQUAL(index_count);
    DIFFER(memcmp(one->indices, other->indices, one->index_count * sizeof *one->indices) == 0);
    EQUAL(count);
    EQUAL(has_numbers);
    if (one->has_numbers) {
        NUMBER(analytic);
        NUMBER(measured);
        NUMBER(uncertainty);
    }
    TEXT(message);
    TEXT(why);
    TEXT(help);
    TEXT(file);
    EQUAL(line);
    TEXT(suppressed);
    EQUAL(point);
    EQUAL(along);
    return NULL;
}

static const char *checks_differ(const ga_check_result *one, const ga_check_result *other)
{
    TEXT(code);
    TEXT(name);
    EQUAL(verdict);
    TEXT(reason);
    return NULL;
}

const char *difference(const ga_result *one, const ga_result *other, int with_run)
{
    const char *what = facts_differ(&one->facts, &other->facts);
    EQUAL(variable_count);
    EQUAL(finding_count);
    EQUAL(check_count);
    if (!what && with_run) {
        what = runs_differ(&one->run, &other->run);
    }
    for (size_t k = 0; !what && k < one->variable_count; k++) {
        what = variables_differ(&one->variables[k], &other->variables[k]);
    }
    for (size_t k = 0; !what && k < one->finding_count; k++) {
        what = findings_differ(&one->findings[k], &other->findings[k]);
    }
    for (size_t k = 0; !what && k < one->check_count; k++) {
        what = checks_differ(&one->checks[k], &other->checks[k]);
    }
    return what;
}

/* ---- Files ------------------------------------------------------------------------------------
 */

char *render(const char *format, const ga_result *result, const ga_report_style *style)
{
    char *text = NULL;
    size_t size = 0;
    const ga_report *const report = ga_find_report(format);
    FILE *const out = open_memstream(&text, &size);
    const ga_report_style plain = {0};
    ga_report_summary summary = {0};
    ga_report_summarise(&summary, result);
    if (report->begin) {
        report->begin(style ? style : &plain, out);
    }
    report->result(result, style ? style : &plain, out);
    if (report->end) {
        report->end(&summary, style ? style : &plain, out);
    }
    (void)fclose(out);
    return text;
}

char *make_folder(void)
{
    char name[] = "/tmp/gradaudit-test-XXXXXX";
    cr_assert(mkdtemp(name));
    return strdup(name);
}

static int remove_one(const char *path, const struct stat *state, int kind, struct FTW *place)
{
    (void)state;
    (void)kind;
    (void)place;
    return remove(path);
}

void remove_folder(char *folder)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

char *join(const char *folder, const char *name)
{
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

unsigned char *slurp(const char *path, size_t *size)
{
    FILE *const file = fopen(path, "rb");
    *size = 0;
    if (!file) {
        return NULL;
    }
    (void)fseek(file, 0, SEEK_END);
    const size_t length = (size_t)ftell(file);
    rewind(file);
    unsigned char *const bytes = calloc(length + 1, 1);
    *size = fread(bytes, 1, length, file);
    (void)fclose(file);
    return bytes;
}

void spit(const char *path, const void *bytes, size_t size)
{
    FILE *const file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "%s", path);
}

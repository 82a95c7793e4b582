/*
 * Elements measured singly although not all can be: of what is wrong in too many to name them, and
 * a few everywhere for their own sake.
 */
#include "screen.h"

#include <math.h>

enum {
    SAMPLE = 64,     /* elements: a fault in 7 % of a variable is among them with 99 % */
    SAMPLE_LEAST = 4 /* where the budget is short */
};

/* An element of a variable that is wrong takes about this many evaluations. */
static const double PER_SAMPLE = 5.0;

/* One element of each of `count` equal parts of a range: never the same twice, never far apart. */
static size_t draw_sample(const ga_evidence *evidence, size_t first, size_t end, size_t count,
                          size_t *out)
{
    const size_t n = end - first;
    const size_t most = count < n ? count : n;
    for (size_t k = 0; k < most; k++) {
        const size_t from = first + (size_t)((double)n * (double)k / (double)most);
        const size_t to = first + (size_t)((double)n * (double)(k + 1) / (double)most);
        const uint64_t bits = ga_hash(evidence->options.seed, first + k, GA_FOR_SPOT, 0);
        out[k] = from + (size_t)(ga_hash_uniform(bits) * (double)(to - from));
    }
    return most;
}

static int is_measured(const ga_evidence *evidence, size_t element)
{
    size_t b = 0;
    size_t index = 0;
    ga_study_find(evidence, element, &b, &index);
    const ga_variable_record *const variable = &evidence->result->variables[b];
    for (size_t i = 0; i < variable->element_count; i++) {
        if (variable->elements[i].index == index) {
            return 1;
        }
    }
    return !ga_study_is_judgeable(evidence, b, index);
}

static size_t drop_measured(const ga_evidence *evidence, size_t *elements, size_t count)
{
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        if (!is_measured(evidence, elements[k])) {
            elements[kept++] = elements[k];
        }
    }
    return kept;
}

static void count_sample(ga_evidence *evidence, size_t b, const size_t *elements, size_t count)
{
    const ga_variable_record *const variable = &evidence->result->variables[b];
    ga_screened *const told = &evidence->screens[b].told;
    for (size_t k = 0; k < count; k++) {
        size_t block = 0;
        size_t index = 0;
        ga_study_find(evidence, elements[k], &block, &index);
        for (size_t i = 0; i < variable->element_count; i++) {
            if (variable->elements[i].index == index) {
                told->sampled++;
                told->sampled_wrong += variable->elements[i].verdict == GA_FAIL;
            }
        }
    }
}

/* Elements of what is wrong in too many to name them: they say what kind of fault it is. */
ga_status ga_screen_sample(ga_evidence *evidence)
{
    size_t dense = 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        dense += evidence->screens[evidence->field_block[v]].told.is_dense != 0;
    }
    if (dense == 0) {
        return GA_OK;
    }
    const double each = ga_study_evaluations_left(evidence) / PER_SAMPLE / (double)dense / 2.0;
    const size_t wanted = each >= SAMPLE        ? (size_t)SAMPLE
                          : each > SAMPLE_LEAST ? (size_t)each
                                                : (size_t)SAMPLE_LEAST;
    for (size_t v = 0; v < evidence->field_variables && !evidence->evaluator.spent; v++) {
        const size_t b = evidence->field_block[v];
        const ga_screen *const screen = &evidence->screens[b];
        if (!screen->told.is_dense) {
            continue;
        }
        size_t elements[SAMPLE];
        size_t count =
            draw_sample(evidence, screen->dense_first, screen->dense_end, wanted, elements);
        count = drop_measured(evidence, elements, count);
        const ga_status status = ga_study_measure_list(
            evidence, elements, count, 1, evidence->point == 0 ? GA_KEEP_TELLING : GA_KEEP_WRONG);
        if (status != GA_OK) {
            return status;
        }
        count_sample(evidence, b, elements, count);
        if (evidence->screens[b].told.sampled_wrong > 0) {
            evidence->screens[b].told.verdict = GA_FAIL;
        }
    }
    return GA_OK;
}

/* The elements of a variable with the largest loss changes: what a float loss can show at all. */
static size_t pick_largest(const ga_evidence *evidence, size_t variable, size_t most, size_t *out)
{
    const size_t b = evidence->field_block[variable];
    const size_t n = evidence->problem->blocks[b].count;
    double changes[GA_SCREEN_SPOT];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const double change =
            fabs(ga_study_claimed(evidence, b, i)) * ga_study_scale(evidence, b, i);
        if (!isfinite(change) || (count == most && !(change > changes[count - 1]))) {
            continue;
        }
        size_t place = count < most ? count++ : count - 1;
        for (; place > 0 && change > changes[place - 1]; place--) {
            changes[place] = changes[place - 1];
            out[place] = out[place - 1];
        }
        changes[place] = change;
        out[place] = evidence->field_first[variable] + i;
    }
    return count;
}

/* Whether single elements are seen through the rounding of floats. */
static int is_float_slope(const ga_evidence *evidence, size_t b)
{
    return evidence->profile.values.single || evidence->problem->blocks[b].dtype == GA_F32;
}

ga_status ga_screen_spot_check(ga_evidence *evidence)
{
    const size_t variables = evidence->field_variables;
    const size_t each = GA_SCREEN_SPOT / variables > 0 ? GA_SCREEN_SPOT / variables : 1;
    size_t elements[GA_SCREEN_SPOT];
    size_t count = 0;
    for (size_t v = 0; v < variables && count + each <= GA_SCREEN_SPOT; v++) {
        const size_t first = evidence->field_first[v];
        const size_t end = evidence->field_first[v + 1];
        count += is_float_slope(evidence, evidence->field_block[v])
                     ? pick_largest(evidence, v, each, elements + count)
                     : draw_sample(evidence, first, end, each, elements + count);
    }
    count = drop_measured(evidence, elements, count);
    return ga_study_measure_list(evidence, elements, count, 0, GA_KEEP_TELLING);
}
